import BitTorrent
import Digest

extension WebSource {
    /// True if the URL is that of a Metalink document by its name.
    public static func isMetalink(_ url: RemoteURL) -> Bool { Metalink.isNamed(by: url) }

    /// The file that the Metalink document at the URL of `uri` describes. Downloads the document, with `secrets` for
    /// its server. A digest in `uri` must be that of the file.
    public init(
        metalink uri: WebURI, digest: ContentDigest?, secrets: RequestSecrets,
        configuration: EngineConfiguration
    ) throws(TorrentError) {
        let document = try WebFile.bytes(
            of: uri.url, limit: Metalink.longest, configuration: configuration
        ) { request, url in secrets.add(to: &request, to: url) }
        let metalink: Metalink
        do throws(MetalinkError) {
            metalink = try Metalink(document, wanted: uri.name)
        } catch {
            throw .invalid("\(uri.url.redacted): \(error)")
        }
        if let digest, let other = metalink.digest, digest.algorithm == other.algorithm,
            digest != other
        {
            throw .invalid("\(uri.url.redacted): it gives the digest \(other) instead of \(digest)")
        }
        self.init(urls: metalink.urls, digest: digest ?? metalink.digest, name: metalink.name)
        self.secrets = secrets
        size = metalink.size
        pieces = metalink.size == nil ? nil : metalink.pieces
        torrents = metalink.torrents
    }
}
