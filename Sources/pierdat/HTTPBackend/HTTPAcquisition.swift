import BackendContract
import BitTorrent
import Digest
import EnvironmentSettings
import ImageLayer
import LinuxSystem
import Origins
import SeedList
import SystemPackage

/// The common part of get and verify: from a URL to the printed seed line.
struct HTTPAcquisition {
    private let uri: WebURI
    private let source: WebSource
    private let configuration: EngineConfiguration
    private let environment: [String: String]
    private let store: TorrentStore

    init(uri text: String, environment: [String: String], installation: Installation) throws {
        configuration = try EngineConfiguration(ofDownload: environment)
        guard let uri = try WebURI(argument: text) else {
            throw TorrentError.invalid(
                "this is not an http or https URL: '\(TorrentURI.shown(text))'")
        }
        let digest = try Self.digest(of: uri, environment: environment)
        let urls = try Self.mirrors(of: uri, environment: environment)
        var secrets = try RequestSecrets(environment: environment)
        secrets.servers = urls
        var source = WebSource(urls: urls, digest: digest, name: uri.name)
        source.secrets = secrets
        if WebSource.isMetalink(uri.url) {
            source = try WebSource(
                metalink: uri, digest: digest, secrets: secrets, configuration: configuration)
        }
        self.uri = uri
        self.source = source
        self.environment = environment
        store = TorrentStore(installation.state)
    }

    /// Downloads the file into the folder.
    func get(into folder: String) throws {
        let options = try DownloadOptions(environment: environment)
        var download = OriginDownload(
            source, torrent: uri.torrent, into: FilePath(folder), store: store,
            configuration: configuration, options: options, say: { StandardError.say($0) })
        try record(try download.run())
    }

    /// Verifies the file, at `path` or in the folder `path`.
    func verify(at path: String) throws {
        let file = try SeedableFile(verifying: source, at: FilePath(path))
        try store.checkWritable()
        try record(OriginDownload.Result(file, savedIn: store))
    }

    /// Prints the line that seeds the file.
    private func record(_ result: OriginDownload.Result) throws {
        guard let name = result.path.lastComponent else { return }
        try Manifest.tell([FilePath(root: nil, [name])], environment: environment)
        guard let torrent = result.torrent else {
            StandardError.say("warning: the file is empty, so there is nothing to seed")
            return
        }
        tell(result)
        print(try SeedLine(torrent: torrent, in: result.path.removingLastComponent()).text)
    }

    /// Prints the URI that names this very data, for the Dockerfile.
    private func tell(_ result: OriginDownload.Result) {
        if source.digest == nil {
            StandardError.say(
                """
                warning: the URL has no digest, so nothing proves that the data is what its author published
                """)
        }
        guard uri.torrent == nil, let digest = result.digest, let v1 = result.infoHash else {
            return
        }
        let name = uri.name.map { "&name=\($0.percentEncoded)" } ?? ""
        let pin = "#\(digest.algorithm.rawValue)=\(digest.hex)&xt=urn:btih:\(v1)\(name)"
        // A URL with secrets would have to be completed by the user anyway.
        let isPublic = uri.url.redacted == uri.url.text
        StandardError.say(
            """
            to pin this data, and to get it from those who seed it, \(isPublic ? "use" : "add this to the URL:") \
            '\(isPublic ? uri.url.text : "")\(pin)'
            """)
    }
}

// MARK: Arguments

extension HTTPAcquisition {
    /// The digest in the URI or of `pierdat --checksum`.
    static func digest(
        of uri: WebURI, environment: [String: String]
    ) throws -> ContentDigest? {
        guard let digest = try ContentDigest(environment: environment) else { return uri.digest }
        guard uri.digest == nil || uri.digest == digest else {
            throw TorrentError.invalid(
                "\(uri.url.redacted): the URL has another digest than --checksum")
        }
        return digest
    }

    /// The URLs of the command line for the same data as `uri`, in order. Only `uri` if its digest is unknown.
    static func mirrors(of uri: WebURI, environment: [String: String]) throws -> [RemoteURL] {
        guard let digest = try digest(of: uri, environment: environment) else { return [uri.url] }
        let isChecksumGiven = environment[.checksum]?.isEmpty == false
        let others = (environment[.uris] ?? "").split(separator: "\n")
            .compactMap { try? WebURI(String($0)) }
            .filter { $0.digest == digest || isChecksumGiven && $0.digest == nil }
        var urls: [RemoteURL] = []
        for url in others.map(\.url) where !urls.contains(url) { urls.append(url) }
        return urls.contains(uri.url) ? urls : [uri.url]
    }
}
