import ArgumentParser
import Glibc
import LinuxSystem
import Supervisor
import SystemPackage

/// `pierdatd`: keeps what the seed list names running, beside the container's program.
struct PierdatdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.pierdatd.rawValue,
        abstract: "Seed what the seed list names, and run a container's program.",
        usage: "pierdatd [--group] [--die-with-parent] [--log <file>] [-- COMMAND ...]",
        version: Version.current)

    @Flag(help: "Forward signals to COMMAND's whole process group.")
    var group = false

    @Flag(help: "End when the process that started pierdatd does.")
    var dieWithParent = false

    @Option(help: "Write the log to this file, set aside at 1 MiB, in place of standard error.")
    var log: String?

    @Argument(
        parsing: .postTerminator,
        help: "The container's program; pierdatd ends with it, and with its exit status.")
    var command: [String] = []

    /// COMMAND as it was given, byte for byte.
    private var words: [ArgumentWord] { ArgumentWord.ofThisProgram.suffix(command.count) }

    /// Supervises until the end. `inherited` is what we were started with.
    func supervise(inheriting inherited: InheritedSignals) -> Never {
        do throws(Errno) {
            let configuration = try supervisorConfiguration(ProcessEnvironment.current)
            let supervisor = try Supervisor(configuration, inheriting: inherited)
            Glibc.exit(supervisor.run())
        } catch {
            runWithoutSupervision(inherited, because: error)
        }
    }

    private func supervisorConfiguration(
        _ environment: [String: String]
    ) throws(Errno) -> SupervisorConfiguration {
        let installation = try Installation.current()
        var configuration = SupervisorConfiguration(
            seedList: installation.seedList, programs: installation.programs)
        configuration.runFolder = installation.run
        configuration.serviceManager = ServiceManagerSettings(
            environment: environment, pid: getpid(), program: !command.isEmpty)
        configuration.path = environment["PATH"]
        configuration.command = words
        configuration.forwardsToGroup = group
        configuration.diesWithParent = dieWithParent
        configuration.logFile = log.map { FilePath($0) }
        readSwitch(environment["PIERDAT_SEED"] ?? "", into: &configuration)
        if let text = environment["PIERDAT_LOG"], !text.isEmpty {
            if let level = LogLevel(parsing: text) {
                configuration.logLevel = level
            } else {
                configuration.warnings.append(
                    "PIERDAT_LOG=\(text.onOneLine) is not understood: give error, warning, info or debug; it is info"
                )
            }
        }
        if let text = environment["PIERDAT_GRACE"] {
            if let grace = GracePeriod(parsing: text) {
                configuration.grace = grace
            } else {
                configuration.warnings.append(
                    "PIERDAT_GRACE=\(text) is no number of seconds, up to a day; it is 9")
            }
        }
        return configuration
    }

    /// Whoever says something else than that it is on does not want it to be.
    private func readSwitch(_ text: String, into configuration: inout SupervisorConfiguration) {
        switch EnvironmentSwitch.isOn(text.isEmpty ? "on" : text) {
        case true?: return
        case false?: break
        case nil:
            configuration.warnings.append("PIERDAT_SEED=\(text) is not understood: give on or off")
        }
        configuration.seeds = false
    }

    /// The container's program is not to suffer where seeding is impossible.
    private func runWithoutSupervision(
        _ inherited: InheritedSignals, because error: Errno
    ) -> Never {
        say("nothing is seeded: \(error)")
        guard let program = words.first else {
            let status = ResourceShortage(error) == nil ? ExitStatus.inputOutput : .noResource
            Glibc.exit(status.rawValue)
        }
        inherited.restore()
        let failure = Exec.replace(program: program, arguments: words)
        say("cannot start \(program): \(failure)")
        Glibc.exit(failure == .noSuchFileOrDirectory ? 127 : 126)
    }

    private func say(_ words: String) {
        _ = try? FileDescriptor.standardError.writeAll("pierdatd: \(words)\n".utf8)
    }
}
