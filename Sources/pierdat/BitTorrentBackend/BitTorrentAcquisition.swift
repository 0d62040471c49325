import BitTorrent
import Layer
import SeedList
import SystemPackage

/// What get and verify share: from a URI to the printed seed line.
struct BitTorrentAcquisition {
    let uri: String
    let path: String
    let goal: Download.Goal

    func perform(in installation: Installation, environment: [String: String]) throws {
        var configuration = try EngineConfiguration(environment: environment)
        let options = try DownloadOptions(environment: environment)
        guard let uri = try TorrentURI(uri) else {
            throw TorrentError.invalid("this is no magnet link, torrent or info-hash: \(uri)")
        }
        configuration.addPeers(of: uri)
        let download = try Download(
            goal, uri.parameters(configuration), into: FilePath(path),
            store: TorrentStore(installation.state), configuration: configuration, options: options)
        let result = try download.run()
        try Manifest.tell(result.files, environment: environment)
        let line = try SeedLine(
            program: Program.seedBitTorrent.rawValue,
            paths: [result.torrent, result.folder])
        print(line.text)
    }
}
