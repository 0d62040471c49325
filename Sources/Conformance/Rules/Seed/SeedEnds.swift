import Glibc

extension Rule {
    /// SIGTERM ends the seeder and all its processes.
    static let seedEnds = Rule("seed-ends-on-sigterm", .seed) { examination throws(Obstacle) in
        guard let seen = try examination.seeding else { return notSeeded }
        guard let stop = seen.stop else {
            throw .notChecked("the seeder does not run; see seed-runs")
        }
        guard seen.strays.isEmpty else {
            return .broken(
                "\(seen.strays.listed) ran in another process group",
                asked: "Stay in the process group in which the seeder was started")
        }
        guard stop.lasted < Examination.seederGrace else {
            return .broken(
                "the seeder still ran \(stop.lasted.inSeconds) after SIGTERM",
                asked: "It must end on SIGTERM; in a script, exec the program that seeds")
        }
        guard seen.leftProcesses.isEmpty else {
            return .broken(
                "\(seen.leftProcesses.map(\.name).listed) still ran after the seeder had ended",
                asked: "In a script, exec the program that seeds, so that signals reach it")
        }
        return .passed(
            "the seeder ended \(stop.lasted.inSeconds) after SIGTERM, and left no process")
    }
}
