import CLinux
import Glibc
import SystemPackage

/// Waits for any of many descriptors to become ready: epoll(7), level-triggered.
public struct Epoll: Sendable {
    /// What to wait for and what came.
    public struct Events: OptionSet, Sendable {
        /// `events` of epoll_event.
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// There is something to read, or to accept.
        public static let readable = Events(rawValue: EPOLLIN.rawValue)
        /// There is room to write.
        public static let writable = Events(rawValue: EPOLLOUT.rawValue)
        /// The other side is gone, or something failed.
        public static let hungUp = Events(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    }

    /// Readable when something that is watched is ready: one Epoll may watch another.
    public let descriptor: OwnedDescriptor

    public init() throws(Errno) {
        descriptor = try OwnedDescriptor(takingOver: epoll_create1(CInt(EPOLL_CLOEXEC)))
    }

    /// Watches `watched`, and hands `token` back when it is ready.
    public func add(
        _ watched: OwnedDescriptor, for events: Events = .readable, token: UInt64
    ) throws(Errno) {
        var event = epoll_event(events: events.rawValue, data: epoll_data_t(u64: token))
        guard epoll_ctl(descriptor.rawValue, EPOLL_CTL_ADD, watched.rawValue, &event) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Watches it no more.
    public func remove(_ watched: OwnedDescriptor) throws(Errno) {
        guard epoll_ctl(descriptor.rawValue, EPOLL_CTL_DEL, watched.rawValue, nil) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Waits until something is ready, for ever where `timeout` is nil; returns the tokens of
    /// what is ready, none after the time-out or when a signal handler ran.
    public func wait(timeout: Duration? = nil) throws(Errno) -> [(token: UInt64, events: Events)] {
        var ready = [epoll_event](repeating: epoll_event(), count: 64)
        let count = epoll_wait(
            descriptor.rawValue, &ready, CInt(ready.count), timeout.map(Self.milliseconds) ?? -1)
        if count < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
            return []
        }
        return ready.prefix(Int(count)).map { ($0.data.u64, Events(rawValue: $0.events)) }
    }

    /// Rounded up, so that a wait never ends just before the time that it waits for.
    private static func milliseconds(_ duration: Duration) -> CInt {
        let (seconds, attoseconds) = duration.components
        let milliseconds =
            seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return CInt(clamping: max(0, milliseconds))
    }
}
