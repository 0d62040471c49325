import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Finds the files of a manifest that are there already.
struct ManifestSurvey {
    /// The numbers of the files whose data is not there.
    private(set) var missing: [Int] = []
    /// The numbers of the files whose data is staged.
    private(set) var staged: [Int] = []
    /// The number of files with other data.
    private(set) var others = 0
    private let interruption: Interruption

    /// Verifies every file that is at its place or that a swarm has sent, and gives the latter their final names unless
    /// there is a pin. `progress` gets the number of verified bytes.
    init(
        _ place: ManifestPlace, _ interruption: Interruption,
        progress: (Int64) throws(TorrentError) -> Void
    ) throws(TorrentError) {
        self.interruption = interruption
        var verified: Int64 = 0
        for (index, file) in place.manifest.files.enumerated() {
            try place.checkIsFree(file)
            let path = place.path(of: file)
            if try isRight(path, file) {
                verified += file.size
            } else if try isRight(place.swarmPath(of: file), file) {
                if place.manifest.pin == nil {
                    try place.release(file, from: place.swarmPath(of: file))
                } else {
                    staged.append(index)
                }
                verified += file.size
            } else {
                if FileStatus(withoutFollowing: path) != nil { others += 1 }
                missing.append(index)
            }
            try progress(verified)
        }
    }

    private func isRight(_ path: FilePath, _ file: ManifestFile) throws(TorrentError) -> Bool {
        let status = FileStatus(withoutFollowing: path)
        guard status?.kind == .file, status?.size == file.size else { return false }
        return try Self.digest(of: path, as: file) { () throws(TorrentError) in
            try interruption.check()
        } == file.digest.bytes
    }

    /// The digest of the first bytes of the file at `path`, as many as `file` has. nil if it cannot be read.
    /// `check` is called often, and ends the work by throwing.
    static func digest(
        of path: FilePath, as file: ManifestFile, check: () throws(TorrentError) -> Void
    ) throws(TorrentError) -> [UInt8]? {
        guard let hasher = file.digest.hasher(size: file.size) else {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
        var failure: TorrentError?
        do throws(Errno) {
            let opened = try OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) })
            let count = try withExtendedLifetime(opened) { () throws(Errno) in
                try hasher.add(FileDescriptor(rawValue: opened.rawValue), 0..<file.size) { _ in
                    do throws(TorrentError) {
                        try check()
                    } catch {
                        failure = error
                    }
                    return failure == nil
                }
            }
            return count == file.size ? hasher.finish() : nil
        } catch {
            if let failure { throw failure }
            if let shortage = TorrentError.shortage(error) { throw shortage }
            return nil
        }
    }
}
