/// A file that is still being written while it is hashed.
public struct ArrivingFile {
    /// Its size in bytes when it is complete.
    public var size: Int64
    /// Blocks until the first bytes of the file, as many as the argument says, are in the file and do
    /// not change any more. Returns false to cancel. Called with rising numbers, on the thread that
    /// called ``Publication/makeTorrent(of:progress:)``.
    public var wait: (Int64) -> Bool

    /// A file that has `size` bytes when it is complete.
    public init(size: Int64, wait: @escaping (Int64) -> Bool) {
        self.size = size
        self.wait = wait
    }
}

extension Publication {
    /// Hashes a single file while it arrives, so that its torrent is there a moment after the last byte. The
    /// file is read at `path`, which must exist when ``ArrivingFile/wait`` returns for the first time. The
    /// torrent expects it under the torrent's name, whatever it is called at `path`. `progress` is as in
    /// ``makeTorrent(progress:say:)``. Returns nil if ``ArrivingFile/wait`` returned false.
    public func makeTorrent(
        of file: ArrivingFile, progress: (Double) -> Void = { _ in }
    ) throws(TorrentError) -> TorrentParameters? {
        let scan = try ContentScan(arriving: path, size: file.size)
        return try create(scan, progress: progress, wait: file.wait)
    }
}
