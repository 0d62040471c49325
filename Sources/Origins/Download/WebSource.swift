import BitTorrent
import Digest

/// A file on one or more web servers.
public struct WebSource: Sendable {
    /// The servers' URLs of the same file, in the order of preference. Not empty.
    public var urls: [RemoteURL]
    /// The digest of the file. nil if it is unknown.
    public var digest: ContentDigest?
    /// The name under which the file is stored. nil for the name that the first URL or its server gives.
    public var name: FileName?
    /// What some servers want to see.
    public var secrets = RequestSecrets()
    /// The size in bytes. nil if it is unknown.
    public var size: Int64?
    /// The URLs of torrents of the file.
    public var torrents: [RemoteURL] = []
    /// The digests of its pieces. nil if they are unknown.
    var pieces: PieceDigests?

    /// A file at `urls`.
    public init(urls: [RemoteURL], digest: ContentDigest?, name: FileName? = nil) {
        self.urls = urls
        self.digest = digest
        self.name = name
    }

    /// True if the file can be read without secrets, so that anybody may be asked to fetch it.
    var isPublic: Bool {
        secrets.areEmpty(for: urls)
            && urls.allSatisfy { $0.credentials == nil && !$0.target.contains("?") }
    }

    /// True if the torrent is a single file of the right name, as far as that is known. Its content is verified
    /// later.
    func fits(_ candidate: FoundMetadata) -> Bool {
        let summary = candidate.parameters.summary
        return summary.contents?.fileCount == 1
            && (fileName.map { $0.text == summary.name } ?? true)
    }

    /// The name in this value or in the first URL. nil if there is none.
    var fileName: FileName? { name ?? urls.first.flatMap { try? FileName(of: $0) } }

    /// Identifies the data between runs.
    var key: String { digest?.description ?? urls.first?.text ?? "" }
}
