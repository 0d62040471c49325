import ArgumentParser
import BitTorrent
import Glibc
import SeedList

/// One of the built-in backend's executables.
protocol BackendCommand: ParsableCommand {
    func perform(in installation: Installation, environment: [String: String]) throws
}

extension BackendCommand {
    /// Performs the command; what fails becomes a line on standard error and an exit status.
    func run() throws {
        do {
            try perform(in: .current(), environment: ProcessEnvironment.current)
        } catch let error as TorrentError {
            StandardError.say("\(error)")
            throw ExitCode(ExitStatus(error).rawValue)
        } catch let error as SeedListError {
            StandardError.say("\(error)")
            throw ExitCode(ExitStatus.cannotWrite.rawValue)
        } catch let error as SeedLineError {
            StandardError.say("the torrent or DEST cannot stand on the seed list: \(error)")
            throw ExitCode(ExitStatus.invalidData.rawValue)
        }
    }
}
