import ArgumentParser
import Supervisor

/// `pierdatd`: keeps what the seed list names running, beside the container's program.
struct PierdatdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.pierdatd.rawValue,
        abstract: "Seed what the seed list names, and run a container's program.",
        usage: "pierdatd [--group] [-- COMMAND ...]",
        version: Version.current)

    @Flag(help: "Forward signals to COMMAND's whole process group.")
    var group = false

    @Argument(
        parsing: .postTerminator,
        help: "The container's program; pierdatd ends with it, and with its exit status.")
    var command: [String] = []

    func run() throws {
        let environment = ProcessEnvironment.current
        let installation = try Installation.current()
        var configuration = SupervisorConfiguration(
            seedList: installation.seedList, programs: installation.programs)
        configuration.path = environment["PATH"]
        configuration.command = command
        configuration.forwardsToGroup = group
        configuration.isQuiet = environment["PIERDAT_LOG"] == "error"
        if let seconds = environment["PIERDAT_GRACE"].flatMap(Int.init), seconds >= 0 {
            configuration.grace = .seconds(seconds)
        }
        throw ExitCode(try Supervisor(configuration).run())
    }
}
