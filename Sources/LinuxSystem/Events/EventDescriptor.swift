import CLinux
import Glibc
import SystemPackage

/// A counter that wakes whoever polls it: eventfd(2).
public struct EventDescriptor: Sendable {
    /// Readable once it was signalled.
    public let descriptor: OwnedDescriptor

    public init() throws(Errno) {
        descriptor = try OwnedDescriptor(
            takingOver: eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK)))
    }

    /// Makes the descriptor readable. Safe from any thread and from a signal handler.
    public func signal() {
        eventfd_write(descriptor.rawValue, 1)
    }

    /// Makes the descriptor unreadable again.
    public func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor.rawValue, &count)
    }
}
