import Glibc
import SystemPackage

extension ContentHasher {
    /// Adds the bytes of `file` in `range`, as far as the file has them, and returns their number. `progress`
    /// receives the number of bytes of each part that was read, and returns false to cancel, which throws
    /// `canceled`.
    public func add(
        _ file: FileDescriptor, _ range: Range<Int64>, progress: (Int) -> Bool = { _ in true }
    ) throws(Errno) -> Int64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = UnsafeMutableRawBufferPointer(
                rebasing: buffer[..<Int(min(range.upperBound - offset, Int64(buffer.count)))])
            let count: Int
            do {
                count = try file.read(fromAbsoluteOffset: offset, into: wanted)
            } catch {
                throw error as? Errno ?? .ioError
            }
            guard count > 0 else { break }
            add(UnsafeRawBufferPointer(rebasing: wanted[..<count]))
            offset += Int64(count)
            guard progress(count) else { throw .canceled }
        }
        return offset - range.lowerBound
    }
}
