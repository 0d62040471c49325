import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Computes digests of files, and stops when a signal asks the program to exit.
struct DigestCheck {
    private let signals: SignalDescriptor

    init() throws(TorrentError) {
        do throws(Errno) {
            signals = try SignalDescriptor(TerminationSignals.ending)
        } catch {
            throw .cannotWait(error)
        }
    }

    /// The digest of the regular file at `path`. nil if there is none. A final link is not followed.
    func digest(
        of path: FilePath, _ algorithm: ContentDigest.Algorithm
    ) throws(TorrentError) -> ContentDigest? {
        guard FileStatus(withoutFollowing: path)?.kind == .file else { return nil }
        var signal: CInt?
        do throws(Errno) {
            let file = try OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) })
            return try withExtendedLifetime(file) { () throws(Errno) in
                try ContentDigest(algorithm, of: FileDescriptor(rawValue: file.rawValue)) { _ in
                    signal = signals.next()
                    return signal == nil
                }
            }
        } catch {
            if let signal { throw .interrupted(signal: signal) }
            throw .shortage(error) ?? .inputOutput("cannot read \(path.string.onOneLine): \(error)")
        }
    }
}
