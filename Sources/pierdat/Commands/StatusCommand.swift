import ArgumentParser
import Supervisor

/// `pierdat status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what pierdatd runs, and how that gets on.",
        discussion: "Ends with status 1 where pierdatd does not run or does not answer.")

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func run() throws {
        let report = try StatusQuery.current(patience: .seconds(5)).report()
        print(json ? StatusJSON(report).text : StatusTable(report).text, terminator: "")
    }
}

/// `pierdat health`.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Tell by the exit status whether everything runs that should.",
        discussion:
            "Ends with 0, or with 1 and one line that says why; within a second. For HEALTHCHECK.")

    func run() throws {
        let report = try StatusQuery.current(patience: .milliseconds(800)).report()
        if let ailment = report.ailment { throw Failure(.unhealthy, ailment) }
    }
}

extension StatusQuery {
    /// To the `pierdatd` of this installation.
    fileprivate static func current(patience: Duration) throws -> StatusQuery {
        StatusQuery(runFolder: try Installation.current().run, patience: patience)
    }

    fileprivate func report() throws(pierdat.Failure) -> StatusReport {
        do throws(StatusQuery.Failure) {
            return try ask()
        } catch {
            throw pierdat.Failure(.unhealthy, "\(error)")
        }
    }
}
