import ArgumentParser
import BackendContract
import LinuxSystem
import Supervisor

/// `pierdat status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what pierdatd runs and its state.",
        discussion: "Exits with 1 if pierdatd is not running or does not answer.")

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Flag(help: "Print metrics in the text format of Prometheus, for a textfile collector.")
    var metrics = false

    func validate() throws {
        guard !json || !metrics else {
            throw ValidationError("--json cannot be combined with --metrics")
        }
    }

    func run() throws {
        StatusQuery.endWhateverHappens()
        let query = try StatusQuery.current(patience: .seconds(4))
        if metrics {
            print(try query.metrics(), terminator: "")
            return
        }
        let report = try query.report()
        print(json ? report.json : StatusTable(report).text, terminator: "")
    }
}

extension StatusQuery {
    /// Limits a query to 5 seconds in total, because a file system or terminal may block, too.
    static func endWhateverHappens() {
        LastResort.end(
            after: 5, saying: "pierdat: pierdatd did not answer within 5 seconds\n",
            status: ExitStatus.unhealthy.rawValue)
    }

    /// A query to the `pierdatd` of this installation.
    static func current(patience: Duration) throws -> StatusQuery {
        StatusQuery(runFolder: try Installation.current().run, patience: patience)
    }

    func report() throws(pierdat.Failure) -> StatusReport {
        do throws(StatusQuery.Failure) {
            return try ask()
        } catch {
            throw pierdat.Failure(.unhealthy, "\(error)")
        }
    }

    func metrics() throws(pierdat.Failure) -> String {
        do throws(StatusQuery.Failure) {
            return try askForMetrics()
        } catch {
            throw pierdat.Failure(.unhealthy, "\(error)")
        }
    }
}
