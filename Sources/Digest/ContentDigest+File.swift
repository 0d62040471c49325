import Glibc
import SystemPackage

extension ContentDigest {
    /// The digest of the first `length` bytes of `file`, or of all of it if it is shorter, read from its
    /// beginning. `progress` receives the number of bytes of each part that was read, and returns false to
    /// cancel, which throws `canceled`.
    public init(
        _ algorithm: Algorithm, of file: FileDescriptor, length: Int64 = .max,
        progress: (Int) -> Bool = { _ in true }
    ) throws(Errno) {
        guard let hasher = ContentHasher(algorithm.function) else { throw .noMemory }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        var offset: Int64 = 0
        while offset < length {
            let wanted = UnsafeMutableRawBufferPointer(
                rebasing: buffer[..<Int(min(length - offset, Int64(buffer.count)))])
            let count: Int
            do {
                count = try file.read(fromAbsoluteOffset: offset, into: wanted)
            } catch {
                throw error as? Errno ?? .ioError
            }
            guard count > 0 else { break }
            hasher.add(UnsafeRawBufferPointer(rebasing: wanted[..<count]))
            offset += Int64(count)
            guard progress(count) else { throw .canceled }
        }
        self = hasher.finish(as: algorithm)
    }
}
