import Glibc
import LinuxSystem
import SystemPackage

/// The state folder, where the metadata of every torrent that was got or published lies, so that a
/// magnet link is resolved once.
public struct TorrentStore: Sendable {
    /// `PREFIX/var/lib/pierdat`.
    public let folder: FilePath

    public init(_ folder: FilePath) {
        self.folder = folder
    }

    /// Where the torrent of `summary` is, or would be, saved.
    public func path(of summary: TorrentSummary) -> FilePath? {
        summary.key.map { folder.appending("\($0).torrent") }
    }

    /// Saves all that is known of a torrent, whole or not at all; returns where.
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

    /// What a selection needed of files that it left out, none does any more.
    private func removeParts(of summary: TorrentSummary) {
        guard let v1 = summary.v1 else { return }
        folder.appending(".\(v1).parts").withPlatformString { _ = unlink($0) }
    }

    /// Writes a .torrent file, whole or not at all.
    public static func write(_ parameters: TorrentParameters, to path: FilePath)
        throws(TorrentError)
    {
        let bytes = try parameters.encoded()
        // A file that is right is not written again: that would put it into another layer of an image.
        let isFile = FileStatus(withoutFollowing: path)?.kind == .file
        if isFile, (try? TorrentFileReader.bytes(at: path)) == bytes { return }
        do throws(Errno) {
            try AtomicFile.write(bytes, to: path)
        } catch {
            throw .cannotWrite(path, error)
        }
    }

    /// `parameters` itself, or where it lacks the metadata and a torrent of that name was saved, that one
    /// with the trackers of both. A magnet link is resolved once.
    func withMetadata(_ parameters: TorrentParameters) throws(TorrentError) -> TorrentParameters {
        guard parameters.summary.contents == nil, let path = path(of: parameters.summary) else {
            return parameters
        }
        // What is damaged is fetched anew, and replaced then.
        guard let saved = try? TorrentParameters(contentsOf: path),
            let known = try? parameters.adding(metadataOf: saved)
        else { return parameters }
        return known
    }

    /// Throws the error that `save` would meet for want of a folder or of permission.
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
