import ArgumentParser
import BackendContract
import EnvironmentSettings
import Glibc
import LinuxSystem
import ProductVersion
import Supervisor
import SystemPackage

/// `pierdatd`: keeps the seeders of the seed list running, next to the container's program.
struct PierdatdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.pierdatd.rawValue,
        abstract: "Seed the data on the seed list, and run a container's program.",
        usage: """
            pierdatd [--group] [--die-with-parent] [--log <file>] [-- COMMAND ...]
            pierdatd --background [--log <file>]
            pierdatd --pid
            """,
        version: ProductVersion.text)

    @Flag(help: "Forward signals to COMMAND's whole process group.")
    var group = false

    @Flag(help: "Stop when the process that started pierdatd ends.")
    var dieWithParent = false

    @Option(help: "Write the log to this file, rotated at 1 MiB, instead of standard error.")
    var log: String?

    @Flag(
        help: """
            Start in the background. Return when pierdatd is ready, with its pid in run/pierdatd.pid, \
            or report why it failed. For init scripts.
            """)
    var background = false

    @Flag(help: "Print the pid of this installation's pierdatd; exit with 1 if none is running.")
    var pid = false

    /// Set for the daemon that `--background` starts.
    @Flag(help: .hidden)
    var inBackground = false

    @Argument(
        parsing: .postTerminator,
        help: "The container's program. When it ends, pierdatd exits with its exit code.")
    var command: [String] = []

    /// COMMAND as given, byte for byte.
    private var words: [ArgumentWord] { ArgumentWord.ofThisProgram.suffix(command.count) }

    func validate() throws {
        guard command.isEmpty && !dieWithParent || !background else {
            throw ValidationError(
                "--background cannot be combined with COMMAND or --die-with-parent")
        }
    }

    /// Runs what the options select, then exits. `inherited` is the signal state at startup.
    func perform(inheriting inherited: InheritedSignals) -> Never {
        if background || pid { inherited.restore() }
        if pid { tellPid() }
        if background { startInBackground() }
        supervise(inheriting: inherited)
    }

    private func supervise(inheriting inherited: InheritedSignals) -> Never {
        if inBackground { CurrentProcess.setName(Program.pierdatd.rawValue) }
        let supervisor: Supervisor
        do throws(Errno) {
            let configuration = try supervisorConfiguration(ProcessEnvironment.current)
            supervisor = try Supervisor(configuration, inheriting: inherited)
        } catch {
            runWithoutSupervision(inherited, because: error)
        }
        do throws(StartFailure) {
            Glibc.exit(try supervisor.run())
        } catch {
            say("\(error)")
            ExitStatus(error).exitProgram()
        }
    }

    private func startInBackground() -> Never {
        do throws(Errno) {
            let program = try Installation(prefix: Installation.ownPrefix()).programs
                .appending(Program.pierdatd.rawValue)
            let options = ["--in-background"] + (log.map { ["--log", $0] } ?? [])
            Glibc.exit(try BackgroundStart.run([program.string] + options))
        } catch {
            say("cannot start in the background: \(error)")
            ExitStatus.inputOutput.exitProgram()
        }
    }

    private func tellPid() -> Never {
        do throws(Errno) {
            let installation = try Self.installation(ProcessEnvironment.current).0
            guard let pid = try RunningDaemon.pid(in: installation.run) else {
                ExitStatus.unhealthy.exitProgram()
            }
            print(pid)
            ExitStatus.success.exitProgram()
        } catch {
            say("cannot find out whether pierdatd is running (\(error)): try as root")
            ExitStatus.notPermitted.exitProgram()
        }
    }

    private func supervisorConfiguration(
        _ environment: [String: String]
    ) throws(Errno) -> SupervisorConfiguration {
        let (installation, complaint) = try Self.installation(environment)
        let finder = ProgramFinder(programs: installation.programs, path: environment["PATH"])
        var configuration = SupervisorConfiguration(
            seeding: .init(seedLists: installation.seedLists, finder: finder),
            runFolder: installation.run)
        configuration.downloads = Self.downloads(
            installation, environment, warnings: &configuration.warnings)
        configuration.warnings += complaint.map { ["\($0)"] } ?? []
        if inBackground { configuration.start = .inBackground(pidFile: installation.pidFile) }
        configuration.serviceManager = ServiceManagerSettings(
            environment: environment, pid: getpid(), program: !command.isEmpty)
        if !words.isEmpty {
            configuration.program = .init(words: words, forwardsToGroup: group)
        }
        configuration.diesWithParent = dieWithParent
        configuration.log.file = try log.map { name throws(Errno) in
            try WorkingDirectory.absolute(FilePath(name))
        }
        readSwitch(environment[.seed] ?? "", into: &configuration)
        if let text = environment[.log], !text.isEmpty {
            if let level = LogLevel(parsing: text) {
                configuration.log.level = level
            } else {
                configuration.warnings.append(
                    "PIERDAT_LOG=\(text.onOneLine) is invalid: expected error, warning, info or debug; using info"
                )
            }
        }
        if let text = environment[.logFormat], !text.isEmpty {
            if let format = LogFormat(parsing: text) {
                configuration.log.format = format
            } else {
                configuration.warnings.append(
                    "PIERDAT_LOG_FORMAT=\(text.onOneLine) is invalid: expected text or json; using text"
                )
            }
        }
        if let text = environment[.metrics], !text.isEmpty {
            configuration.metrics = ListenAddress(parsing: text)
            if configuration.metrics == nil {
                configuration.warnings.append(
                    "PIERDAT_METRICS=\(text.onOneLine) is invalid: expected a port such as 9111, or an address and a port such as 127.0.0.1:9111 or [::1]:9111; serving no metrics"
                )
            }
        }
        if let text = environment[.grace] {
            if let grace = GracePeriod(parsing: text) {
                configuration.grace = grace
            } else {
                configuration.warnings.append(
                    "PIERDAT_GRACE=\(text) is invalid: expected seconds from 0 to 86400; using 9")
            }
        }
        return configuration
    }

    /// The installation, without its state folder if the setting of that is invalid.
    static func installation(
        _ environment: [String: String]
    ) throws(Errno) -> (Installation, SettingError?) {
        let prefix = try Installation.ownPrefix()
        do throws(SettingError) {
            let stateFolder = try Installation.stateFolder(of: environment)
            return (Installation(prefix: prefix, stateFolder: stateFolder), nil)
        } catch {
            return (Installation(prefix: prefix), error)
        }
    }

    /// Any value that does not mean "on" disables seeding.
    private func readSwitch(_ text: String, into configuration: inout SupervisorConfiguration) {
        switch EnvironmentSwitch.isOn(text.isEmpty ? "on" : text) {
        case true?: return
        case false?: break
        case nil:
            configuration.warnings.append("PIERDAT_SEED=\(text) is invalid: expected on or off")
        }
        configuration.seeding.isOn = false
    }

    /// If seeding is impossible, the container's program must still run.
    private func runWithoutSupervision(
        _ inherited: InheritedSignals, because error: Errno
    ) -> Never {
        say("nothing is seeded: \(error)")
        let mayStart = (try? Self.mayStartAtOnce(ProcessEnvironment.current)) ?? false
        guard let program = words.first, mayStart else {
            let status = ResourceShortage(error) == nil ? ExitStatus.inputOutput : .noResource
            Glibc.exit(status.rawValue)
        }
        inherited.restore()
        let failure = Exec.replace(program: program, arguments: words)
        say("cannot start \(program): \(failure)")
        Glibc.exit(failure == .noSuchFileOrDirectory ? 127 : 126)
    }

    private func say(_ words: String) {
        StandardError.say(words, by: Program.pierdatd.rawValue)
    }
}
