extension Rule {
    /// A get into a missing DEST puts data there.
    static let getSucceeds = Rule("get-succeeds", .get) { examination throws(Obstacle) in
        let delivery = try examination.firstDelivery
        let seen = delivery.observation
        guard seen.isSuccess else {
            return .broken(
                "get \(seen.ending)\(seen.lastWords)",
                asked: "It must put the data into DEST, which it creates, and exit with 0")
        }
        guard !delivery.data.files.isEmpty else {
            return .broken(
                "get exited with 0, but DEST has no file",
                asked: "It must put the data into DEST, or exit with a code other than 0")
        }
        return .passed(
            "get delivered \(delivery.data.size.inBytes) in \(delivery.data.files.count.counted("file")) after "
                + seen.duration.inSeconds)
    }
}
