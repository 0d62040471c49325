extension Rule {
    /// The seeder stays in the foreground.
    static let seedRuns = Rule("seed-runs", .seed) { examination throws(Obstacle) in
        guard let seen = try examination.seeding else { return notSeeded }
        guard seen.stop != nil else {
            let left = seen.leftProcesses.map(\.name)
            let rest = left.isEmpty ? "" : ", and left \(left.listed) in the background"
            return .broken(
                "the seeder \(seen.ending) after \(seen.duration.inSeconds)\(rest)\(seen.lastWords)",
                asked: "It must start at once and stay in the foreground until SIGTERM")
        }
        return .passed("the seeder was running after \(Examination.seedingTime.inSeconds)")
    }
}
