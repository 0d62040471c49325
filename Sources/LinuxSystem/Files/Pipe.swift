import CLinux
import Glibc
import SystemPackage

/// A pipe: pipe(2). Only the reading end is non-blocking.
public struct Pipe: Sendable {
    /// Does not block.
    public let readingEnd: OwnedDescriptor
    /// Blocks the writer while the pipe is full.
    public let writingEnd: OwnedDescriptor

    /// Both ends are close-on-exec. Throws the error from pipe(2).
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
    /// Reads up to 64 KiB once and passes the data to `body`. Returns false at the end of the
    /// stream. The descriptor must be non-blocking.
    public func readAvailable(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
            let count = read(rawValue, buffer.baseAddress, buffer.count)
            guard count != 0 else { return false }
            if count > 0 { body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count > 0 || errno == EAGAIN || errno == EINTR
        }
    }
}
