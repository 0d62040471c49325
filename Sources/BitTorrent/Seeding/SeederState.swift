import SeedList

/// The state of a seeder as a whole.
struct SeederState: Equatable, Sendable {
    /// The ports on which it listens.
    var ports: Set<UInt16> = []
    /// Why it listens on no port. nil if it listens or is about to.
    var listeningFault: String?
    /// The states of all items, and the first reason why something is wrong.
    var items = ServingReport()
    /// The number of trackers that do not answer or refuse.
    var failingTrackers = 0
    /// The number of peers that trackers know, for all torrents together.
    var swarms = ScrapeCounts()

    /// The state on one line.
    var text: String {
        let places =
            ports.isEmpty
            ? "not listening yet"
            : "port \(ports.sorted().map { String($0) }.joined(separator: ", "))"
        let torrents = count(.served, .verifying, .rechecking, .damaged, .missing)
        let unhealthy = count(.damaged, .missing, .rechecking)
        let damage = unhealthy == 0 ? "" : ", \(unhealthy) of them unhealthy"
        let refused = items.counts[.refused].map { "; \($0) not seeded: see the log" } ?? ""
        let trackers =
            switch failingTrackers {
            case 0: ""
            case 1: "; a tracker fails: see the log"
            default: "; \(failingTrackers) trackers fail: see the log"
            }
        let known = swarms.isKnown ? "; trackers report \(swarms)" : ""
        return
            "\(places); \(torrents) torrent\(torrents == 1 ? "" : "s")\(damage)\(refused)\(trackers)\(known)"
    }

    /// The state as a datagram of sd_notify(3), including the data for `pierdat health`.
    var datagram: String {
        var report = items
        if let listeningFault { report.put(first: listeningFault) }
        return "STATUS=\(text)\n\(report.datagramLines)"
    }

    private func count(_ states: ServingState...) -> Int {
        states.reduce(0) { $0 + (items.counts[$1] ?? 0) }
    }
}
