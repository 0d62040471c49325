import CLibtorrent

/// The name and info-hashes of a torrent.
public struct TorrentSummary: Equatable, Sendable {
    /// The data as described by the metadata.
    public struct Contents: Equatable, Sendable {
        /// The total size of all files without padding, in bytes.
        public let size: Int64
        /// The number of files without padding.
        public let fileCount: Int
    }

    /// The name of the torrent's file or folder. May be empty without metadata.
    public let name: String
    /// The SHA-1 info-hash (BEP 3). nil for a v2-only torrent.
    public let v1: InfoHash?
    /// The SHA-256 info-hash (BEP 52). nil for a v1-only torrent.
    public let v2: InfoHash?
    /// nil while the metadata is unknown.
    public let contents: Contents?
    /// Peers come only from the trackers (BEP 27). False without metadata.
    public let isPrivate: Bool
    /// Only some of the files are selected (BEP 53).
    public let isSelection: Bool
    /// For a selection: it is recorded which pieces are complete.
    public let knowsPieces: Bool

    /// The info-hash used in file names: v1 if there is one, otherwise v2.
    public var key: InfoHash? { v1 ?? v2 }

    init(_ summary: pierdat_identity) {
        name = summary.name.map { String(cString: $0) } ?? ""
        v1 = summary.has_v1 ? .v1(withUnsafeBytes(of: summary.v1) { Array($0) }) : nil
        v2 = summary.has_v2 ? .v2(withUnsafeBytes(of: summary.v2) { Array($0) }) : nil
        contents =
            summary.has_metadata
            ? Contents(size: summary.size, fileCount: Int(summary.file_count)) : nil
        isPrivate = summary.is_private
        isSelection = summary.is_selection
        knowsPieces = summary.knows_pieces
    }
}
