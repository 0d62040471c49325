import BitTorrent
import Digest
import SystemPackage

/// The files of one data set at an origin: a folder, or a single file. Every manifest can become a canonical torrent
/// (docs/canonical-torrent.md), and every file has a place of its own below DEST.
public struct OriginManifest: Sendable {
    /// What the paths of the files are relative to.
    public enum Root: Sendable {
        /// A folder in DEST with the name of the data set.
        case folder
        /// DEST itself: there is one file, which has the name of the data set.
        case file
    }

    /// The name of the folder or file in DEST.
    public let name: FileName
    /// A folder or a file.
    public let root: Root
    /// In the order of the canonical torrent. Not empty.
    public private(set) var files: [ManifestFile]
    /// What the servers want to see.
    public var secrets = RequestSecrets()
    /// The torrent that the files must have, because the origin can change the list. nil for whatever it is.
    public var pin: MagnetLink?

    /// The limit for the number of files.
    public static let mostFiles = 100_000
    /// The limit for the bytes of all paths and URLs.
    static let mostText = 64 << 20
    /// The limit of the whole data, far below that of 64-bit numbers.
    static let mostBytes: Int64 = 1 << 60

    /// The data set `name` with `files` in any order. Throws if they cannot be a canonical torrent, or if there are
    /// too many.
    public init(
        name: FileName, root: Root, files: [ManifestFile]
    ) throws(ManifestError) {
        guard !files.isEmpty else { throw .noFiles }
        guard files.count <= Self.mostFiles else { throw .tooMany }
        var (text, size) = (0, Int64(0))
        for file in files {
            try Self.check(file, root)
            text += file.path.utf8.count + file.urls.reduce(0) { $0 + $1.target.utf8.count }
            let (sum, overflow) = size.addingReportingOverflow(file.size)
            size = sum
            guard text <= Self.mostText, !overflow, size <= Self.mostBytes else { throw .tooMany }
        }
        if root == .file, files.count != 1 { throw .conflict(files[0].path, name.text) }
        try Self.checkName(name.text)
        self.name = name
        self.root = root
        self.files = files.map { ($0.orderKey, $0) }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
        try Self.checkDistinct(self.files)
    }

    /// Bytes of all files.
    public var size: Int64 { files.reduce(0) { $0 + $1.size } }

    /// Identifies the data between runs.
    var key: String {
        var parts = ["\(root) \(name)"]
        parts += files.map(\.key)
        return parts.joined(separator: "\n")
    }

    /// The path of a file below DEST.
    func path(of file: ManifestFile) -> FilePath {
        root == .file ? FilePath(name.text) : FilePath(name.text).pushing(FilePath(file.path))
    }

    /// The manifest of the files that `selection` chooses: a data set of its own under the same name.
    public func selecting(_ selection: FileSelection) throws(TorrentError) -> OriginManifest {
        let wanted = try selection.wanted(ofPaths: files.map(\.path), in: name.text)
        var chosen = self
        chosen.files = zip(files, wanted).filter(\.1).map(\.0)
        return chosen
    }

    /// The only file, if its digest is one that a download by URL can verify. nil for any other manifest.
    var webSource: WebSource? {
        guard root == .file, let file = files.first, case .content(let digest) = file.digest else {
            return nil
        }
        var source = WebSource(urls: file.urls, digest: digest, name: name)
        source.size = file.size
        source.secrets = secrets
        return source
    }

    /// Throws if `torrent`, which describes the files, is not the pinned one.
    func checkPin(_ torrent: TorrentSummary?) throws(TorrentError) {
        guard let pin else { return }
        let isSame =
            (pin.v1 == nil || pin.v1 == torrent?.v1) && (pin.v2 == nil || pin.v2 == torrent?.v2)
        guard isSame else { throw otherThanPinned }
    }

    /// The list has changed since the URI was written.
    var otherThanPinned: TorrentError {
        .invalid(
            """
            \(name.text.excerpt(100)): the origin has other files than those of xt= in the URI. Leave xt= out \
            to get the data that it has now, with a new URI
            """)
    }

    /// True if the torrent has exactly these files. Whether it has their content shows only when that has arrived.
    func fits(_ candidate: FoundMetadata) -> Bool {
        let parameters = candidate.parameters
        guard parameters.summary.name == name.text else { return false }
        let theirs = parameters.files.filter { !$0.isPadding }.map { ($0.path, $0.size) }
        guard theirs.count == files.count else { return false }
        let ours = Dictionary(uniqueKeysWithValues: files.map { (path(of: $0), $0.size) })
        return theirs.allSatisfy { ours[$0.0] == $0.1 }
    }
}
