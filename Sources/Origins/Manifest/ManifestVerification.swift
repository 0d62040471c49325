import BitTorrent
import Digest
import LinuxSystem
import SystemPackage

extension ManifestDownload {
    /// Verifies files that were there before: `path` is the data set's file or folder, or the folder that contains
    /// it. Throws if one is missing or has other data. Downloads nothing.
    public static func verify(
        _ manifest: OriginManifest, at path: FilePath, store: TorrentStore
    ) throws(TorrentError) -> Result {
        try store.checkWritable()
        if let source = manifest.webSource {
            let file = try SeedableFile(verifying: source, at: path)
            return Result(try OriginDownload.Result(file, savedIn: store))
        }
        let folder = try SaveFolder(holding: manifest.name.text, at: path).path
        for file in manifest.files {
            let place = folder.pushing(manifest.path(of: file))
            let size = FileStatus(withoutFollowing: place).flatMap {
                $0.kind == .file ? $0.size : nil
            }
            let digest =
                size == file.size
                ? try ManifestSurvey.digest(of: place, as: file, check: {}) : nil
            guard digest == file.digest.bytes else {
                throw .invalid(
                    "\(place.string.onOneLine) is missing or does not have the digest \(file.digest)"
                )
            }
        }
        let torrent = try manifest.torrent(in: folder)
        try manifest.checkPin(torrent?.summary)
        return Result(
            folder: folder, files: manifest.files.map(manifest.path),
            torrent: try torrent.map { torrent throws(TorrentError) in try store.save(torrent) },
            infoHash: torrent?.summary.v1)
    }
}

extension ManifestDownload.Result {
    init(_ result: OriginDownload.Result) {
        self.init(
            folder: result.path.removingLastComponent(),
            files: result.path.lastComponent.map { [FilePath(root: nil, [$0])] } ?? [],
            torrent: result.torrent, infoHash: result.infoHash)
    }
}

extension OriginManifest {
    /// The files without their content, for a torrent.
    var arriving: ArrivingFolder {
        ArrivingFolder(files: files.map { .init(path: FilePath($0.path), size: $0.size) })
    }

    /// The canonical torrent of the files in `folder`. nil if they are all empty.
    fileprivate func torrent(in folder: FilePath) throws(TorrentError) -> TorrentParameters? {
        guard size > 0 else { return nil }
        let publication = Publication(canonical: folder.appending(name.text))
        return root == .file
            ? try publication.makeTorrent(of: ArrivingFile(size: size) { _ in true })
            : try publication.makeTorrent(of: arriving) { _ in true }
    }
}
