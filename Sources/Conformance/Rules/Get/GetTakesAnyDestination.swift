import SystemPackage

extension Rule {
    /// A DEST with blanks and quotes in its name works.
    static let getTakesAnyDestination = Rule("get-takes-any-dest", .get) {
        examination throws(Obstacle) in
        let asked = "DEST may be any absolute path: quote it, in commands and in the seed line"
        let reference = try examination.reference
        let name = "it's \"the\" data $(touch \(HostileURIs.proof)) *"
        let destination = examination.sandbox.folder.appending(name)
        var request = Examination.Request()
        request.destination = destination
        defer { Sandbox.remove(destination) }
        let delivery = try examination.get(request)
        let seen = delivery.observation
        guard seen.isSuccess else {
            return .broken("with DEST '\(name)' get \(seen.ending)\(seen.lastWords)", asked: asked)
        }
        if let difference = try examination.difference(of: delivery.data) {
            return .broken("with DEST '\(name)', \(difference) in it", asked: asked)
        }
        if let fault = delivery.lines.faults.first, reference.lines.faults.isEmpty {
            return .broken("with DEST '\(name)' the seed line is invalid, \(fault)", asked: asked)
        }
        // Each word about DEST must be about the other DEST now.
        let former = examination.sandbox.destination.string
        for (line, other) in zip(reference.lines.lines, delivery.lines.lines) {
            let expected = line.arguments.map {
                $0.hasPrefix(former) ? destination.string + $0.dropFirst(former.count) : $0
            }
            guard other.arguments == expected else {
                return .broken(
                    "with DEST '\(name)' the seed line is \(other.text.excerpt(200))", asked: asked)
            }
        }
        return .passed("get works with a DEST whose name has blanks and quotes")
    }
}
