import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Computes the digest of a file on a thread of its own while the file is being written.
enum DigestFollower {
    /// Reads `file` up to `watermark` until that is closed, and passes the digest of everything below it to
    /// `result`. Throws if there is no thread.
    static func start(
        _ algorithm: ContentDigest.Algorithm, of file: PartialFile, upTo watermark: Watermark,
        result: @escaping @Sendable (Result<ContentDigest, Errno>) -> Void
    ) throws(Errno) {
        try BackgroundThread.run {
            result(Result { () throws(Errno) in try digest(algorithm, of: file, upTo: watermark) })
        }
    }

    private static func digest(
        _ algorithm: ContentDigest.Algorithm, of file: PartialFile, upTo watermark: Watermark
    ) throws(Errno) -> ContentDigest {
        guard let hasher = ContentHasher(algorithm.function) else { throw .noMemory }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while let end = watermark.value(past: offset) {
            while offset < end {
                let wanted = buffer[..<Int(min(end - offset, Int64(buffer.count)))]
                let part = UnsafeMutableRawBufferPointer(rebasing: wanted)
                let count = pread(
                    file.file.rawValue, part.baseAddress, part.count, off_t(offset))
                if count < 0, errno == EINTR { continue }
                // The file is never shorter than the watermark.
                guard count > 0 else { throw count < 0 ? Errno(rawValue: errno) : .ioError }
                hasher.add(UnsafeRawBufferPointer(rebasing: part[..<count]))
                offset += Int64(count)
            }
        }
        return hasher.finish(as: algorithm)
    }
}
