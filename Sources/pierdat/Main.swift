import ArgumentParser
import BackendContract
import Backends
import BitTorrent
import Conformance
import EnvironmentSettings
import Glibc
import ImageLayer
import LinuxSystem
import SeedList
import Supervisor
import SystemPackage

@main
struct Main {
    static func main() {
        LastResort.explainLackOfMemory(of: "pierdat")
        NameService.useFilesAndDNS()
        if ProcessEnvironment.current[.logFormat].flatMap(LogFormat.init(parsing:)) == .json {
            StandardError.useJSON()
        }
        switch Program.running {
        case .pierdat:
            makeFilesForAll()
            run(PierdatCommand.self)
        case .checkBitTorrent: runBackend(CheckBitTorrent.self)
        case .getBitTorrent: runGet(GetBitTorrent.self)
        case .seedBitTorrent: runBackend(SeedBitTorrent.self)
        case .serveBitTorrent: runBackend(ServeBitTorrent.self)
        case .verifyBitTorrent: runBackend(VerifyBitTorrent.self)
        case .checkHTTP: runBackend(CheckHTTP.self)
        case .getHTTP: runGet(GetHTTP.self)
        case .verifyHTTP: runBackend(VerifyHTTP.self)
        case .checkIPFS: runBackend(CheckIPFS.self)
        case .getIPFS: runGet(GetIPFS.self)
        case .verifyIPFS: runBackend(VerifyIPFS.self)
        case .checkHub, .checkRegistry, .checkRecord: runBackend(CheckDataSet.self)
        case .getHub, .getRegistry, .getRecord: runGet(GetDataSet.self)
        case .verifyHub, .verifyRegistry, .verifyRecord: runBackend(VerifyDataSet.self)
        case .pierdatd:
            let inherited = InheritedSignals.take()
            do {
                try PierdatdCommand.parse().perform(inheriting: inherited)
            } catch {
                CommandLineError.end(PierdatdCommand.self, with: error)
            }
        case .pierdatGuard: exit(GuardProgram.run(CommandLine.arguments))
        case .pierdatBackend: exit(BackendLoader.run(ArgumentWord.ofThisProgram))
        case .pierdatConfined: exit(ConfinedProgram.run(ArgumentWord.ofThisProgram))
        case .pierdatdChild: exit(ChildLoader.run(CommandLine.arguments))
        }
        ExitStatus.success.exitProgram()
    }

    /// Makes files that any user can read and seed, whatever the user's umask.
    private static func makeFilesForAll() {
        umask(0o022)
    }

    /// Fails if an argument is not UTF-8, because decoding would change the file name.
    private static func requireText(_ command: any ParsableCommand.Type) {
        guard let word = ArgumentWord.ofThisProgram.dropFirst().first(where: { $0.text == nil })
        else { return }
        end(
            command,
            with: Failure(
                .usage,
                """
                this argument is not UTF-8: '\(Redaction.uri("\(word)"))'. Rename \
                the file or folder.
                """)
        )
    }

    /// Runs a command on the main thread, which is the only one. Signals must not reach another
    /// thread, and the system may refuse to create one.
    private static func run(
        _ command: any ParsableCommand.Type, _ arguments: [String]? = nil
    ) {
        requireText(command)
        do {
            var parsed = try command.parseAsRoot(arguments)
            try parsed.run()
        } catch {
            end(command, with: error)
        }
    }

    /// Runs an executable of a built-in backend. It has no options: a URI such as `--help` is an operand.
    private static func runBackend(_ command: any BackendCommand.Type) {
        run(command, ["--"] + CommandLine.arguments.dropFirst())
    }

    /// Runs a get, which makes files.
    private static func runGet(_ command: any BackendCommand.Type) {
        makeFilesForAll()
        runBackend(command)
    }

    /// The only place that converts errors to exit codes.
    private static func end(_ command: any ParsableCommand.Type, with error: any Error) -> Never {
        switch error {
        case let failure as Failure:
            if let message = failure.message { StandardError.say(message) }
            failure.status.exitProgram()
        case let error as TorrentError:
            StandardError.say("\(error)")
            ExitStatus(error).exitProgram()
        case let error as SettingError:
            StandardError.say("\(error)")
            ExitStatus.usage.exitProgram()
        case let error as LayerError:
            StandardError.say("\(error)")
            ExitStatus(error).exitProgram()
        case let error as SeedLineError:
            StandardError.say("the torrent or DEST cannot be recorded on the seed list: \(error)")
            ExitStatus.invalidData.exitProgram()
        case let error as SeedListError:
            StandardError.say("\(error)")
            ExitStatus.cannotWrite.exitProgram()
        case let shortage as ResourceShortage:
            StandardError.say("\(shortage)")
            ExitStatus.noResource.exitProgram()
        case let error as Errno:
            if let shortage = ResourceShortage(error) { end(command, with: shortage) }
            StandardError.say("the operating system failed: \(error)")
            ExitStatus.inputOutput.exitProgram()
        default:
            // ArgumentParser defines the exit codes of help texts and command-line errors. All
            // other errors are unexpected.
            let isForeseen = error is ExitCode || command.exitCode(for: error) != .failure
            if isForeseen { CommandLineError.end(command, with: error) }
            StandardError.say("this is a bug in Pierdat; please report it: \(error)")
            ExitStatus.internalFailure.exitProgram()
        }
    }
}
