import Glibc
import LinuxSystem
import SystemPackage

/// The state folder with the metadata of every downloaded or published torrent, so that a magnet
/// link is resolved only once.
public struct TorrentStore: Sendable {
    /// `PREFIX/var/lib/pierdat`.
    public let folder: FilePath

    /// A store in `folder`, which is created when a torrent is saved.
    public init(_ folder: FilePath) {
        self.folder = folder
    }

    /// The path where the torrent of `summary` is saved, whether or not it exists.
    public func path(of summary: TorrentSummary) -> FilePath? {
        summary.key.map { folder.appending("\($0).torrent") }
    }

    /// Saves the torrent atomically and returns the path.
    public func save(_ parameters: TorrentParameters) throws(TorrentError) -> FilePath {
        guard let path = path(of: parameters.summary) else {
            throw .invalid("the torrent has no info-hash")
        }
        do throws(Errno) {
            try makeFolder()
        } catch {
            throw .cannotWrite(folder, error)
        }
        try Self.write(parameters, to: path)
        if !parameters.summary.isSelection { removeParts(of: parameters.summary) }
        return path
    }

    /// Removes the part file, which a complete torrent does not need.
    private func removeParts(of summary: TorrentSummary) {
        guard let v1 = summary.v1 else { return }
        folder.appending(".\(v1).parts").withPlatformString { _ = unlink($0) }
    }

    /// Writes a .torrent file atomically.
    public static func write(_ parameters: TorrentParameters, to path: FilePath)
        throws(TorrentError)
    {
        let bytes = try parameters.encoded()
        // Rewriting an identical file would copy it to a new image layer.
        let isFile = FileStatus(withoutFollowing: path)?.kind == .file
        if isFile, (try? TorrentFileReader.bytes(at: path)) == bytes { return }
        do throws(Errno) {
            try AtomicFile.write(bytes, to: path)
        } catch {
            throw .cannotWrite(path, error)
        }
    }

    /// `parameters`, with the saved metadata and digest if they have none.
    func withMetadata(_ parameters: TorrentParameters) throws(TorrentError) -> TorrentParameters {
        // A damaged file is ignored and later replaced.
        guard let path = path(of: parameters.summary),
            let saved = try? TorrentParameters(savedAt: path),
            let merged = try? parameters.adding(metadataOf: saved)
        else { return parameters }
        let known = parameters.summary.contents == nil ? merged : parameters
        known.digest = parameters.digest ?? saved.digest
        return known
    }

    /// Throws if `save` would fail for a missing folder or permission.
    public func checkWritable() throws(TorrentError) {
        do throws(Errno) {
            try makeFolder()
            try Folder.checkWritable(folder)
        } catch {
            throw .cannotWrite(folder, error)
        }
    }

    private func makeFolder() throws(Errno) {
        try Folder.make(folder)
    }
}
