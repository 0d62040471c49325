import LinuxSystem
import SeedList
import SystemPackage

extension Examination {
    /// A seeder must still run after this time.
    static let seedingTime = Duration.milliseconds(1500)
    /// The time from SIGTERM to SIGKILL: the default of PIERDAT_GRACE.
    static let seederGrace = Duration.seconds(9)

    /// The first seed line that get printed, with its data in place.
    func seedLine() throws(Obstacle) -> SeedLine? {
        try present().lines.lines.first
    }

    /// Starts a seeder as `pierdatd` does, and sends it SIGTERM after some time.
    func seed(
        _ line: SeedLine, _ change: (inout Confinement) -> Void = { _ in }
    ) throws(Obstacle) -> Observation {
        var confinement = Confinement(folder: "/")
        change(&confinement)
        return try run(
            Trial(
                program: FilePath(line.program), arguments: line.arguments,
                confinement: confinement, limit: .seconds(60),
                signals: [.terminate(.after(Self.seedingTime))], grace: Self.seederGrace))
    }
}

extension Rule {
    static let notSeeded = Finding.Verdict.notApplicable("get printed no seed line")
}
