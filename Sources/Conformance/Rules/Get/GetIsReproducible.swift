extension Rule {
    /// Two gets leave the same files, in DEST and in the state.
    static let getIsReproducible = Rule("get-is-reproducible", .get) {
        examination throws(Obstacle) in
        let asked =
            "Two builds must leave the same files: leave no random values, no times and no addresses of peers"
        let reference = try examination.reference
        let delivery = try examination.secondDelivery
        guard delivery.observation.isSuccess else {
            return .broken("a second get \(delivery.observation.ending)", asked: asked)
        }
        if let difference = delivery.data.difference(from: reference.data, attributes: true) {
            return .broken("after a second get into an empty DEST, \(difference)", asked: asked)
        }
        if let difference = delivery.state.difference(from: reference.state, attributes: true) {
            return .broken("after a second get, \(difference) in the state folder", asked: asked)
        }
        guard delivery.lines.lines == reference.lines.lines else {
            return .broken("a second get printed other seed lines", asked: asked)
        }
        return .passed("two gets left the same files, state and seed lines")
    }
}
