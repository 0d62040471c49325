import CLinux
import Glibc
import SystemPackage

/// A counter that wakes a thread that polls it: eventfd(2).
public struct EventDescriptor: Sendable {
    /// Readable after ``signal()``, until ``clear()``.
    public let descriptor: OwnedDescriptor

    /// Not signalled yet. Throws the error from eventfd(2).
    public init() throws(Errno) {
        descriptor = try OwnedDescriptor(
            takingOver: eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK)))
    }

    /// Makes the descriptor readable. Safe from any thread and from a signal handler.
    public func signal() {
        eventfd_write(descriptor.rawValue, 1)
    }

    /// Makes the descriptor unreadable again. False if it was not readable.
    @discardableResult
    public func clear() -> Bool {
        var count: eventfd_t = 0
        return eventfd_read(descriptor.rawValue, &count) == 0
    }
}
