import BitTorrent
import SystemPackage

/// A file of a data set at an origin.
public struct ManifestFile: Equatable, Sendable {
    /// The path below the data set's folder, or its name if it is the only one. Checked by ``OriginManifest``.
    public let path: String
    /// In bytes.
    public let size: Int64
    /// What the content must have.
    public let digest: OriginDigest
    /// Where it lies, in the order of preference. Not empty.
    public let urls: [RemoteURL]

    /// A file at `urls`.
    public init(path: String, size: Int64, digest: OriginDigest, urls: [RemoteURL]) {
        self.path = path
        self.size = size
        self.digest = digest
        self.urls = urls
    }

    /// Orders paths name by name, as docs/canonical-torrent.md does.
    var orderKey: [UInt8] { path.utf8.map { $0 == UInt8(ascii: "/") ? 0 : $0 } }

    /// Identifies the file and its content between runs.
    var key: String { "\(digest) \(size) \(path)" }
}
