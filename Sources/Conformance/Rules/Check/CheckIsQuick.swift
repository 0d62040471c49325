extension Rule {
    private static let patience = Duration.seconds(1)

    /// The check is quick. The fastest of some runs counts, because the machine may be busy.
    static let checkIsQuick = Rule("check-is-quick", .check) { examination throws(Obstacle) in
        var fastest = Duration.seconds(60)
        for uri in [ForeignURIs.unknown, examination.uri, ForeignURIs.unknown] {
            let seen = try examination.check(uri)
            if seen.end == .timedOut {
                return .broken(
                    "check did not end within \(seen.duration.inSeconds) for '\(uri.excerpt(80))'",
                    asked: "It must be quick: every backend is asked for every URI")
            }
            fastest = min(fastest, seen.duration)
        }
        guard fastest < patience else {
            return .broken(
                "check took \(fastest.inSeconds)",
                asked: "It must be quick: every backend is asked for every URI")
        }
        return .passed("check took \(fastest.inSeconds)")
    }
}
