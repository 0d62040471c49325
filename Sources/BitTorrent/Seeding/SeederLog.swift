import LinuxSystem

/// The log of a seeder.
public struct SeederLog: Sendable {
    /// A line of the log.
    public struct Line: Sendable {
        /// The message, with a prefix for its level.
        public let text: String
        /// The info-hash of the torrent that it is about. nil if there is none, or it is unknown.
        public let torrent: String?
    }

    /// Lines of this level and more severe are written.
    let level: LogLevel
    let write: @Sendable (Line) -> Void

    /// Logs that something is not served until somebody acts.
    func error(_ line: String, of torrent: InfoHash? = nil) { say(line, .error, torrent) }
    func warn(_ line: String, of torrent: InfoHash? = nil) { say(line, .warning, torrent) }
    func say(_ line: String, of torrent: InfoHash? = nil) { say(line, .info, torrent) }
    func debug(_ line: @autoclosure () -> String, of torrent: InfoHash? = nil) {
        if level == .debug { say(line(), .debug, torrent) }
    }

    private func say(_ line: String, _ level: LogLevel, _ torrent: InfoHash?) {
        guard level <= self.level else { return }
        write(Line(text: level.prefix + line, torrent: torrent?.description))
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
