import ArgumentParser

/// `pierdat-get-bittorrent`: the contract's get.
struct GetBitTorrent: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.getBitTorrent.rawValue,
        abstract: "Download a torrent, and print the line that seeds it.")

    @Argument(
        help: "A magnet link, a .torrent file or its URL, an info-hash, or the digest of a file.")
    var uri: String

    @Argument(help: "The folder in which the torrent's file or folder appears.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try BitTorrentAcquisition(uri: uri, path: destination, goal: .get)
            .perform(in: installation, environment: environment)
    }
}
