import SeedList

/// How a seeder gets on, as a whole.
struct SeederState: Equatable, Sendable {
    /// The ports that it listens on.
    var ports: Set<UInt16> = []
    /// Why it listens on none; nil if it does, or is about to.
    var listeningFault: String?
    /// What has become of each thing on the seed list, and the first reason why not all is well.
    var items = ServingReport()
    /// How many trackers do not answer, or refuse.
    var failingTrackers = 0
    /// How many peers trackers know of all of them together.
    var swarms = ScrapeCounts()

    /// In one line.
    var text: String {
        let places =
            ports.isEmpty
            ? "listens nowhere yet"
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
        let known = swarms.isKnown ? "; trackers know \(swarms)" : ""
        return
            "\(places); \(torrents) torrent\(torrents == 1 ? "" : "s")\(damage)\(refused)\(trackers)\(known)"
    }

    /// As a datagram of sd_notify(3), with what `pierdat health` needs to know.
    var datagram: String {
        var report = items
        if let listeningFault { report.put(first: listeningFault) }
        return "STATUS=\(text)\n\(report.datagramLines)"
    }

    private func count(_ states: ServingState...) -> Int {
        states.reduce(0) { $0 + (items.counts[$1] ?? 0) }
    }
}
