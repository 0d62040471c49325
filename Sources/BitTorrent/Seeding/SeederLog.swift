import LinuxSystem

/// What a seeder says, line by line.
struct SeederLog: Sendable {
    /// Lines of this level and above are written.
    let level: LogLevel
    let write: @Sendable (String) -> Void

    /// Something is not served, and stays so until somebody acts.
    func error(_ line: String) { say(line, .error) }
    func warn(_ line: String) { say(line, .warning) }
    func say(_ line: String) { say(line, .info) }
    func debug(_ line: @autoclosure () -> String) {
        if level == .debug { say(line(), .debug) }
    }

    private func say(_ line: String, _ level: LogLevel) {
        if level <= self.level { write(level.prefix + line) }
    }

    /// Says what there is more of, and less of.
    func say(_ what: String, came: Set<PeerResolver.Peer>, went: Set<PeerResolver.Peer>) {
        let changes = [("came", came), ("went", went)].filter { !$0.1.isEmpty }.map { verb, peers in
            let names = peers.map(\.description).sorted()
            let more = names.count > 4 ? ", and \(names.count - 4) more" : ""
            return "\(names.prefix(4).joined(separator: ", "))\(more) \(verb)"
        }
        if !changes.isEmpty { say("\(what): \(changes.joined(separator: "; "))") }
    }
}
