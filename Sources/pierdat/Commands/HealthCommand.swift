import ArgumentParser
import BackendContract
import Supervisor

/// `pierdat health`.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Check whether everything on the seed list is served.",
        discussion: """
            For HEALTHCHECK. Exits with 0 if everything is served or is being verified for the first time, \
            otherwise with 1 and one line that says why.
            """)

    func run() throws {
        StatusQuery.endWhateverHappens()
        let report = try StatusQuery.current(patience: .milliseconds(800)).report()
        if let complaint = report.complaint { throw Failure(.unhealthy, complaint) }
    }
}
