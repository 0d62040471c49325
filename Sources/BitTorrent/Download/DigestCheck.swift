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
        guard let hasher = ContentHasher(algorithm.function) else {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard descriptor >= 0 else { throw Self.error(path, Errno(rawValue: errno)) }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        while true {
            if let signal = signals.next() { throw .interrupted(signal: signal) }
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 { throw Self.error(path, Errno(rawValue: errno)) }
            guard count > 0 else { return hasher.finish(as: algorithm) }
            hasher.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private static func error(_ path: FilePath, _ error: Errno) -> TorrentError {
        .inputOutput("cannot read \(path.string.onOneLine): \(error)")
    }
}
