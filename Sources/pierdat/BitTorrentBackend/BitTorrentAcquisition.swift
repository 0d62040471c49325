import BitTorrent
import Digest
import EnvironmentSettings
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

/// The common part of get and verify: from a URI to the printed seed line.
struct BitTorrentAcquisition {
    let uri: String
    let path: String
    let goal: Download.Goal

    func perform(in installation: Installation, environment: [String: String]) throws {
        var configuration = try EngineConfiguration(ofDownload: environment)
        var options = try DownloadOptions(environment: environment)
        guard let uri = try TorrentURI(uri, urls: .all) else {
            throw TorrentError.invalid(
                "this is not a magnet link, a torrent, an info-hash or a digest: '\(TorrentURI.shown(uri))'"
            )
        }
        for warning in uri.warnings { StandardError.say("warning: \(warning)") }
        if configuration.proxy != nil, !uri.peerNames.isEmpty {
            StandardError.say(
                """
                warning: the magnet link's peers by name (x.pe) are ignored: with PIERDAT_PROXY only the \
                proxy resolves names
                """)
        }
        configuration.addPeers(of: uri)
        if options.selection != nil, uri.selection != nil {
            StandardError.say("warning: so= in the magnet link is ignored because of --select")
        }
        options.selection = options.selection ?? uri.selection
        let store = TorrentStore(installation.state)
        let result = try download(
            uri, checksum: ContentDigest(environment: environment), store, configuration, options)
        try Manifest.tell(result.files, environment: environment)
        print(try SeedLine(torrent: result.torrent, in: result.folder).text)
    }

    private func download(
        _ uri: TorrentURI, checksum: ContentDigest?, _ store: TorrentStore,
        _ configuration: EngineConfiguration, _ options: DownloadOptions
    ) throws(TorrentError) -> Download.Result {
        if case .digest(let digest) = uri {
            guard checksum == nil || checksum == digest else {
                throw .invalid("\(digest) is not the digest of --checksum")
            }
            var download = DigestDownload(
                goal, digest, into: FilePath(path), store: store, configuration: configuration,
                options: options)
            return try download.run()
        }
        let parameters = try uri.parameters(configuration, store: store, say: StandardError.say)
        parameters.digest = checksum
        return try Download(
            goal, parameters, into: FilePath(path), store: store, configuration: configuration,
            options: options
        ).run()
    }
}
