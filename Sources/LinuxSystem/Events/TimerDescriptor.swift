import CLinux
import Glibc
import SystemPackage

/// A timer on the monotonic clock that can be polled: timerfd_create(2).
public struct TimerDescriptor: Sendable {
    /// Readable when the timer has fired.
    public let descriptor: OwnedDescriptor

    /// Not running yet. Throws the error from timerfd_create(2).
    public init() throws(Errno) {
        descriptor = try OwnedDescriptor(
            takingOver: timerfd_create(
                CLOCK_MONOTONIC, CInt(TFD_CLOEXEC | TFD_NONBLOCK)))
    }

    /// Fires once after `delay` (immediately if it is not positive), then every `interval`.
    public func set(after delay: Duration, every interval: Duration = .zero) throws(Errno) {
        let first = max(delay, .nanoseconds(1))
        var setting = itimerspec(
            it_interval: timespec(interval), it_value: timespec(first))
        guard timerfd_settime(descriptor.rawValue, 0, &setting, nil) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Resets the descriptor. It is unreadable until the timer fires again.
    public func clear() {
        var expirations: UInt64 = 0
        _ = read(descriptor.rawValue, &expirations, MemoryLayout<UInt64>.size)
    }
}

extension timespec {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    }
}
