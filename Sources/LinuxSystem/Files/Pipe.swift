import CLinux
import Glibc
import SystemPackage

/// A pipe of which we keep the reading end: pipe(2).
public struct Pipe: Sendable {
    /// Never blocks.
    public let readingEnd: OwnedDescriptor
    /// Blocks the writer while the pipe is full.
    public let writingEnd: OwnedDescriptor

    public init() throws(Errno) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
        readingEnd = try OwnedDescriptor(takingOver: ends[0])
        writingEnd = try OwnedDescriptor(takingOver: ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    }
}

extension OwnedDescriptor {
    /// Reads once what is there, up to 64 KiB, and hands it to `body`; false at the end of the
    /// stream. The descriptor must not block.
    public func readAvailable(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
            let count = read(rawValue, buffer.baseAddress, buffer.count)
            guard count != 0 else { return false }
            if count > 0 { body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count > 0 || errno == EAGAIN || errno == EINTR
        }
    }
}
