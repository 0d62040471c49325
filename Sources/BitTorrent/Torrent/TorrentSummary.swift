import CLibtorrent

/// What a torrent is called and which info-hashes it has.
public struct TorrentSummary: Equatable, Sendable {
    /// What the metadata tells of the data.
    public struct Contents: Equatable, Sendable {
        /// All files without padding, in bytes.
        public let size: Int64
        /// Without padding.
        public let fileCount: Int
    }

    /// The name of the file or folder that holds the data; may be empty without metadata.
    public let name: String
    /// SHA-1 of the metadata (BEP 3); nil where it is of version 2 alone.
    public let v1: InfoHash?
    /// SHA-256 of the metadata (BEP 52); nil where it is of version 1 alone.
    public let v2: InfoHash?
    /// nil as long as the metadata is not known.
    public let contents: Contents?
    /// Only a part of the files was chosen (BEP 53).
    public let isSelection: Bool
    /// Of a selection: which pieces are there is known.
    public let knowsPieces: Bool

    /// The info-hash that files of this torrent are named after: the v1 hash where there is one.
    public var key: InfoHash? { v1 ?? v2 }

    init(_ summary: pierdat_identity) {
        name = summary.name.map { String(cString: $0) } ?? ""
        v1 = summary.has_v1 ? .v1(withUnsafeBytes(of: summary.v1) { Array($0) }) : nil
        v2 = summary.has_v2 ? .v2(withUnsafeBytes(of: summary.v2) { Array($0) }) : nil
        contents =
            summary.has_metadata
            ? Contents(size: summary.size, fileCount: Int(summary.file_count)) : nil
        isSelection = summary.is_selection
        knowsPieces = summary.knows_pieces
    }
}
