import ArgumentParser
import BackendContract
import Supervisor

/// `pierdat health`.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Tell by the exit status whether everything on the seed list is served.",
        discussion: """
            Ends with 0 while everything is served, or is verified for the first time; else with 1 and one line \
            that says why. Within a second. For HEALTHCHECK.
            """)

    func run() throws {
        StatusQuery.endWhateverHappens()
        let report = try StatusQuery.current(patience: .milliseconds(800)).report()
        if let complaint = report.complaint { throw Failure(.unhealthy, complaint) }
    }
}
