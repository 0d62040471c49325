import ArgumentParser
import Backends
import BitTorrent
import Glibc
import Layer
import LinuxSystem
import SeedList
import Supervisor
import SystemPackage

@main
struct Main {
    static func main() {
        NameService.useFilesAndDNS()
        switch Program(invokedAs: CommandLine.arguments.first ?? "") {
        case .pierdat:
            makeFilesForAll()
            requireText(PierdatCommand.self)
            runAsTask(PierdatCommand.self)
        case .checkBitTorrent: run(CheckBitTorrent.self)
        case .getBitTorrent:
            makeFilesForAll()
            run(GetBitTorrent.self)
        case .seedBitTorrent: run(SeedBitTorrent.self)
        case .serveBitTorrent: run(ServeBitTorrent.self)
        case .verifyBitTorrent: run(VerifyBitTorrent.self)
        case .pierdatd:
            let inherited = InheritedSignals.take()
            PierdatdCommand.parseOrExit().supervise(inheriting: inherited)
        case .pierdatGuard: exit(GuardProgram.run(CommandLine.arguments))
        case .pierdatBackend: exit(BackendLoader.run(ArgumentWord.ofThisProgram))
        case .pierdatdChild: exit(ChildLoader.run(CommandLine.arguments))
        }
    }

    /// What we and backends make is the same whatever the user's umask, and can be seeded by any user.
    private static func makeFilesForAll() {
        umask(0o022)
    }

    /// Ends the program where an argument is not UTF-8: what is read of it would name another file.
    private static func requireText(_ command: any ParsableCommand.Type) {
        guard let word = ArgumentWord.ofThisProgram.dropFirst().first(where: { $0.text == nil })
        else { return }
        end(
            command,
            with: Failure(
                .usage, "this argument is not UTF-8: '\(word)'. Give files and folders such names.")
        )
    }

    /// Runs a command that has no thread but the main one: what `pierdatd` is told by signals must not
    /// reach another.
    private static func run(_ command: any ParsableCommand.Type) {
        requireText(command)
        do {
            var parsed = try command.parseAsRoot()
            try parsed.run()
        } catch {
            end(command, with: error)
        }
    }

    /// Runs a command as the program's only task, and ends with it.
    private static func runAsTask(_ command: any ParsableCommand.Type) -> Never {
        Task.detached {
            do {
                var parsed = try command.parseAsRoot()
                if var asynchronous = parsed as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try parsed.run()
                }
                exit(0)
            } catch {
                end(command, with: error)
            }
        }
        // dispatchMain() would end this thread: to unwind it costs 20 ms of CPU and 4 MB.
        while true { pause() }
    }

    /// The one place where a failure becomes a status.
    private static func end(_ command: any ParsableCommand.Type, with error: any Error) -> Never {
        switch error {
        case let failure as Failure:
            if let message = failure.message { StandardError.say(message) }
            failure.status.exitProgram()
        case let error as TorrentError:
            StandardError.say("\(error)")
            ExitStatus(error).exitProgram()
        case let error as LayerError:
            StandardError.say("\(error)")
            ExitStatus(error).exitProgram()
        case let error as SeedLineError:
            StandardError.say("the torrent or DEST cannot stand on the seed list: \(error)")
            ExitStatus.invalidData.exitProgram()
        case let error as SeedListError:
            StandardError.say("\(error)")
            ExitStatus.cannotWrite.exitProgram()
        case let error as Errno:
            StandardError.say("the operating system failed: \(error)")
            ExitStatus.inputOutput.exitProgram()
        default:
            // A failure that nobody foresaw has no status of its own; a help text or an error on the
            // command line has.
            let isForeseen = error is ExitCode || command.exitCode(for: error) != .failure
            if isForeseen { command.exit(withError: error) }
            StandardError.say("this should not have happened: \(error)")
            ExitStatus.internalFailure.exitProgram()
        }
    }
}
