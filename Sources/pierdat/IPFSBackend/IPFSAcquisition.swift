import BackendContract
import BitTorrent
import Digest
import EnvironmentSettings
import IPFS
import ImageLayer
import LinuxSystem
import Origins
import SeedList
import SystemPackage

/// The common part of get and verify: from a URI to the printed seed line.
struct IPFSAcquisition {
    private let download: IPFSDownload
    private let environment: [String: String]

    init(uri text: String, environment: [String: String], installation: Installation) throws {
        let configuration = try EngineConfiguration(ofDownload: environment)
        guard let uri = try IPFSURI(argument: text) else {
            throw TorrentError.invalid(
                "this is not the URI of anything on IPFS: '\(TorrentURI.shown(text))'")
        }
        let named = try [Gateway](environment: environment)
        let gateways = Self.unique([uri.gateway].compactMap(\.self) + (named ?? Gateway.standard))
        var download = IPFSDownload(
            uri, from: gateways, store: TorrentStore(installation.state),
            configuration: configuration)
        if let digest = try ContentDigest(environment: environment) {
            guard uri.digest == nil || uri.digest == digest else {
                throw TorrentError.invalid(
                    "\(uri.contentPath): the URI has another digest than --checksum")
            }
            download.digest = digest
        }
        // The user's secrets are for the servers that the user has chosen.
        download.secrets = try RequestSecrets(environment: environment)
        download.secrets.servers = ([uri.gateway].compactMap(\.self) + (named ?? [])).map(\.url)
        _ = try DownloadOptions(environment: environment)
        download.selection = environment[.select].flatMap { $0.isEmpty ? nil : $0 }
        self.download = download
        self.environment = environment
    }

    /// Downloads the data into the folder.
    func get(into folder: String) throws {
        try record(download.get(into: FilePath(folder)))
    }

    /// Verifies the data, at `path` or in the folder `path`.
    func verify(at path: String) throws {
        try record(download.verify(at: FilePath(path)))
    }

    /// Prints the line that seeds the data.
    private func record(_ result: IPFSDownload.Result) throws {
        try Manifest.tell(result.paths, environment: environment)
        guard let torrent = result.torrent else {
            StandardError.say("warning: the data is empty, so there is nothing to seed")
            return
        }
        print(try SeedLine(torrent: torrent, in: result.folder).text)
    }

    private static func unique(_ gateways: [Gateway]) -> [Gateway] {
        var unique: [Gateway] = []
        for gateway in gateways where !unique.contains(gateway) { unique.append(gateway) }
        return unique
    }
}
