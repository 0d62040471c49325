import ArgumentParser
import BitTorrent
import SeedList
import SystemPackage

/// `pierdat-get-bittorrent`: the contract's get.
struct GetBitTorrent: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.getBitTorrent.rawValue,
        abstract: "Download a torrent, and print the line that seeds it.")

    @Argument(help: "A magnet link, a .torrent file or its URL, or an info-hash.")
    var uri: String

    @Argument(help: "The folder that the torrent's own file or folder appears in.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        let configuration = try EngineConfiguration(environment: environment)
        guard let uri = try TorrentURI(uri) else {
            throw TorrentError.invalid("this is no magnet link, torrent or info-hash: \(uri)")
        }
        let download = try Download(
            uri.parameters(), into: FilePath(destination),
            store: TorrentStore(installation.state), configuration: configuration)
        let result = try download.run()
        let line = try SeedLine(
            program: Program.seedBitTorrent.rawValue,
            arguments: [result.torrent.string, result.folder.string])
        print(line.text)
    }
}
