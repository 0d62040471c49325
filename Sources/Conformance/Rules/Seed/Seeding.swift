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

    /// Starts a seeder as `pierdatd` does, and sends it SIGTERM after some time. `grace`: the time until SIGKILL.
    func seed(
        _ line: SeedLine, grace: Duration = .zero, _ change: (inout Confinement) -> Void
    ) throws(Obstacle) -> Observation {
        var confinement = Confinement(folder: "/")
        change(&confinement)
        return try run(
            Trial(
                program: FilePath(line.program), arguments: line.arguments,
                confinement: confinement, limit: .seconds(60),
                signals: [.terminate(.after(Self.seedingTime))], grace: grace))
    }
}

extension Rule {
    static let notSeeded = Finding.Verdict.notApplicable("get printed no seed line")
}
