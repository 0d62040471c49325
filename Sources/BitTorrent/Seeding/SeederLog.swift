import LinuxSystem

/// The log of a seeder.
struct SeederLog: Sendable {
    /// Lines of this level and more severe are written.
    let level: LogLevel
    let write: @Sendable (String) -> Void

    /// Logs that something is not served until somebody acts.
    func error(_ line: String) { say(line, .error) }
    func warn(_ line: String) { say(line, .warning) }
    func say(_ line: String) { say(line, .info) }
    func debug(_ line: @autoclosure () -> String) {
        if level == .debug { say(line(), .debug) }
    }

    private func say(_ line: String, _ level: LogLevel) {
        if level <= self.level { write(level.prefix + line) }
    }

    /// Logs added and removed peers.
    func say(_ what: String, added: Set<PeerResolver.Peer>, removed: Set<PeerResolver.Peer>) {
        let groups = [("added", added), ("removed", removed)].filter { !$0.1.isEmpty }
        let changes = groups.map { verb, peers in
            let names = peers.map(\.description).sorted()
            let more = names.count > 4 ? ", and \(names.count - 4) more" : ""
            return "\(names.prefix(4).joined(separator: ", "))\(more) \(verb)"
        }
        if !changes.isEmpty { say("\(what): \(changes.joined(separator: "; "))") }
    }
}
