import ArgumentParser
import BitTorrent
import SeedList
import SystemPackage

/// `pierdat-verify-bittorrent`: the contract's verify, for data that came by other means.
struct VerifyBitTorrent: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.verifyBitTorrent.rawValue,
        abstract: "Verify that the data of a torrent is there, and print the line that seeds it.")

    @Argument(
        help: "A magnet link, a .torrent file or its URL, an info-hash, or the digest of a file.")
    var uri: String

    @Argument(help: "The torrent's file or folder, or the folder that contains it.")
    var path: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try BitTorrentAcquisition(uri: uri, path: path, goal: .verify)
            .perform(in: installation, environment: environment)
    }
}
