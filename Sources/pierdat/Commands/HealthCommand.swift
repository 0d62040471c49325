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

    @Flag(help: "Check whether the container is ready to be used. For readiness probes.")
    var ready = false

    func run() throws {
        StatusQuery.endWhateverHappens()
        let report = try StatusQuery.current(patience: .milliseconds(800)).report()
        let complaint = ready ? report.readinessComplaint : report.complaint
        if let complaint { throw Failure(.unhealthy, complaint) }
    }
}
