import BitTorrent
import Digest
import Glibc
import LinuxSystem
import Origins
import SystemPackage

/// The digest of a whole file.
enum FileDigest {
    /// Reads the file on a thread of its own, so that a signal need not wait.
    static func compute(
        _ algorithm: ContentDigest.Algorithm, of path: FilePath, _ interruption: Interruption
    ) throws(TorrentError) -> ContentDigest {
        let result = try BackgroundWork.run(interruption) {
            Result { () throws(Errno) in
                let file = try OwnedDescriptor(
                    takingOver: path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) })
                return try withExtendedLifetime(file) { () throws(Errno) in
                    try ContentDigest(algorithm, of: FileDescriptor(rawValue: file.rawValue))
                }
            }
        }
        do throws(Errno) {
            return try result.get()
        } catch {
            throw .shortage(error) ?? .inputOutput("cannot read \(path): \(error)")
        }
    }
}
