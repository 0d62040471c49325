import Digest
import LinuxSystem
import SystemPackage

/// The digest that a download's file must have, and where the file is until that is verified.
struct WantedDigest {
    private let digest: ContentDigest
    /// nil if data is only checked, where it is.
    private let quarantine: Quarantine?
    private let check: DigestCheck
    /// A file in DEST has the digest already. Nothing is downloaded.
    let isThere: Bool

    /// The folder to which the data is downloaded. nil for DEST itself.
    var folder: FilePath? { isThere ? nil : quarantine?.folder }

    /// For a download of `parameters` to `destination`. Throws if they describe something other than a single
    /// file.
    init(
        _ digest: ContentDigest, of parameters: TorrentParameters, in destination: FilePath,
        downloads: Bool
    ) throws(TorrentError) {
        self.digest = digest
        check = try DigestCheck()
        quarantine =
            downloads
            ? parameters.summary.key.map { Quarantine(of: digest, torrent: $0, in: destination) }
            : nil
        guard downloads, parameters.summary.contents != nil else {
            isThere = false
            return
        }
        let file = try Self.file(of: parameters, digest)
        let path = destination.pushing(file.path)
        let isCandidate = FileStatus(withoutFollowing: path)?.size == file.size
        isThere = isCandidate ? try check.digest(of: path, digest.algorithm) == digest : false
    }

    /// Throws unless the torrent is a single file.
    func require(_ parameters: TorrentParameters) throws(TorrentError) {
        _ = try Self.file(of: parameters, digest)
    }

    /// Called when the data in `folder` matches the torrent. Verifies its digest and puts the file into its final
    /// place. Throws ``TorrentError/otherContent(_:)`` if it has another digest.
    func settle(_ parameters: TorrentParameters, in folder: FilePath) throws(TorrentError) {
        guard !isThere else { return }
        let file = try Self.file(of: parameters, digest)
        let found = try check.digest(of: folder.pushing(file.path), digest.algorithm)
        guard found == digest else {
            throw .otherContent(
                """
                '\(parameters.summary.name.onOneLine)' is another file: it has \
                \(found?.description ?? "no content") instead of \(digest)
                """)
        }
        try quarantine?.release(file.path)
    }

    /// Deletes the data, which is not what was wanted.
    func discard() {
        if !isThere { quarantine?.discard() }
    }

    private static func file(
        of parameters: TorrentParameters, _ digest: ContentDigest
    ) throws(TorrentError) -> TorrentFile {
        let files = parameters.files.filter { !$0.isPadding }
        guard files.count == 1, files[0].path.components.count == 1, files[0].isWanted else {
            throw .otherContent(
                """
                the torrent '\(parameters.summary.name.onOneLine)' is not a single file, but \(digest) \
                is the digest of one. Give the torrent without a digest to download all of its files
                """)
        }
        return files[0]
    }
}
