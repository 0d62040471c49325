import Glibc
import SystemPackage

/// Writes to standard error without ever blocking on a slow reader.
public struct NonblockingOutput: Sendable {
    /// A descriptor to poll until output can be written. nil if the output never blocks (a file).
    public let pollable: OwnedDescriptor?
    private let isSocket: Bool

    /// Standard error of this process. Other programs that share it are not affected.
    public init() {
        var information = stat()
        let kind = fstat(STDERR_FILENO, &information) == 0 ? information.st_mode & S_IFMT : S_IFREG
        isSocket = kind == S_IFSOCK
        pollable =
            switch kind {
            // O_NONBLOCK belongs to the open file description, which other programs share. Reopen
            // it.
            case S_IFIFO, S_IFCHR:
                try? OwnedDescriptor(
                    takingOver: open(
                        "/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC))
            case S_IFSOCK:
                try? OwnedDescriptor(takingOver: fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3))
            default: nil
            }
    }

    /// Writes as much as fits and returns the number of bytes. If the reader is gone, all bytes
    /// count as written.
    public func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let descriptor = pollable?.rawValue ?? STDERR_FILENO
        let count = bytes.withUnsafeBytes {
            isSocket
                ? send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
                : Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        guard count < 0 else { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : bytes.count
    }
}
