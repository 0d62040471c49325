import ArgumentParser
import BitTorrent
import LinuxSystem
import SeedList

@main
struct Main {
    static func main() async {
        NameService.useFilesAndDNS()
        switch Program(invokedAs: CommandLine.arguments.first ?? "") {
        case .pierdat: await run(PierdatCommand.self)
        case .checkBitTorrent: await run(CheckBitTorrent.self)
        case .getBitTorrent: await run(GetBitTorrent.self)
        case .seedBitTorrent: await run(SeedBitTorrent.self)
        case .serveBitTorrent: await run(ServeBitTorrent.self)
        case .verifyBitTorrent: await run(VerifyBitTorrent.self)
        case .pierdatd:
            fatalError("comes with its own change")
        }
    }

    /// Parses the command line and runs the command; the one place where a failure becomes a status.
    private static func run(_ command: any ParsableCommand.Type) async {
        do {
            var parsed = try command.parseAsRoot()
            if var asynchronous = parsed as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try parsed.run()
            }
        } catch let failure as Failure {
            if let message = failure.message { StandardError.say(message) }
            failure.status.exitProgram()
        } catch let error as TorrentError {
            StandardError.say("\(error)")
            ExitStatus(error).exitProgram()
        } catch let error as SeedLineError {
            StandardError.say("the torrent or DEST cannot stand on the seed list: \(error)")
            ExitStatus.invalidData.exitProgram()
        } catch let error as SeedListError {
            StandardError.say("\(error)")
            ExitStatus.cannotWrite.exitProgram()
        } catch {
            command.exit(withError: error)
        }
    }
}
