/// How a seeder gets on, as a whole.
struct SeederState: Equatable, Sendable {
    /// The ports that it listens on.
    var ports: Set<UInt16> = []
    /// How many torrents it has.
    var torrents = 0
    /// How many of them are damaged on disk, or cannot be read.
    var ailing = 0
    /// How many there are beside them that could not be taken.
    var refused = 0
    /// How many trackers do not answer, or refuse.
    var failingTrackers = 0
    /// How many peers trackers know of all of them together.
    var swarms = SwarmCounts()

    /// In one line.
    var text: String {
        let places =
            ports.isEmpty
            ? "listens nowhere yet"
            : "port \(ports.sorted().map { String($0) }.joined(separator: ", "))"
        let damage = ailing == 0 ? "" : ", \(ailing) of them damaged or unreadable"
        let others = refused == 0 ? "" : "; \(refused) not seeded: see the log"
        let trackers =
            switch failingTrackers {
            case 0: ""
            case 1: "; a tracker fails: see the log"
            default: "; \(failingTrackers) trackers fail: see the log"
            }
        let known = swarms.isKnown ? "; trackers know \(swarms)" : ""
        return
            "\(places); \(torrents) torrent\(torrents == 1 ? "" : "s")\(damage)\(others)\(trackers)\(known)"
    }
}
