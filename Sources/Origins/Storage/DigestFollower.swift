import Digest
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
        var offset: Int64 = 0
        while let end = watermark.value(past: offset) {
            // The file is never shorter than the watermark.
            guard try hasher.add(file.file, offset..<end) == end - offset else { throw .ioError }
            offset = end
        }
        return hasher.finish(as: algorithm)
    }
}
