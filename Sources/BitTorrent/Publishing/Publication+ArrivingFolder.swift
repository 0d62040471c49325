import SystemPackage

/// The files of a folder that are still being written while they are hashed.
public struct ArrivingFolder: Sendable {
    /// A file of the folder.
    public struct File: Sendable {
        /// The path below the folder.
        public let path: FilePath
        /// In bytes, when the file is complete.
        public let size: Int64

        /// A file at `path` that has `size` bytes when it is complete.
        public init(path: FilePath, size: Int64) {
            self.path = path
            self.size = size
        }
    }

    /// In the order of the canonical torrent (docs/canonical-torrent.md).
    public let files: [File]

    /// A folder with `files`, which are in the order of the canonical torrent.
    public init(files: [File]) {
        self.files = files
    }

    /// For each file the end of its bytes in the canonical torrent, including the padding that follows it.
    public var ends: [Int64] {
        let piece = Int64(PieceLength.chosen(forSize: files.reduce(0) { $0 + $1.size }))
        var end: Int64 = 0
        return files.map { file in
            end += (file.size + piece - 1) / piece * piece
            return end
        }
    }
}

extension Publication {
    /// Hashes a folder while its files arrive. `wait` blocks until the first bytes of the torrent, as many as its
    /// argument says, are in the files at their final paths, and returns false to cancel. It is called with rising
    /// numbers, on this thread. Other files in the folder are ignored. Returns nil if `wait` returned false.
    public func makeTorrent(
        of folder: ArrivingFolder, wait: @escaping (Int64) -> Bool
    ) throws(TorrentError) -> TorrentParameters? {
        var scan = try ContentScan(arriving: folder.files, in: path)
        _ = try scan.makeCanonical()
        return try create(scan, progress: { _ in }, wait: wait)
    }
}
