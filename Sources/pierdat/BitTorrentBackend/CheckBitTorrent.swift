import ArgumentParser
import BackendContract
import BitTorrent

/// `pierdat-check-bittorrent`: the contract's check.
struct CheckBitTorrent: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.checkBitTorrent.rawValue,
        abstract: "Check whether BitTorrent can download a URI.")

    @Argument(help: "The URI.")
    var uri: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        let isNamed = environment[.backend] == Installation.bitTorrentBackend
        guard try TorrentURI(uri, urls: isNamed ? .all : .namedAsTorrents) != nil else {
            throw ExitCode.failure
        }
    }
}
