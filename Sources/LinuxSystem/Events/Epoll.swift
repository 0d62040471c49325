import CLinux
import Glibc
import SystemPackage

/// Waits until any of several descriptors is ready: epoll(7), level-triggered.
public struct Epoll: Sendable {
    /// Events to wait for, and events that occurred.
    public struct Events: OptionSet, Sendable {
        /// The `events` field of epoll_event.
        public let rawValue: UInt32
        /// Events by their bits: EPOLLIN and others.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Data can be read, or a connection can be accepted.
        public static let readable = Events(rawValue: EPOLLIN.rawValue)
        /// Data can be written.
        public static let writable = Events(rawValue: EPOLLOUT.rawValue)
        /// The peer closed the connection, or an error occurred.
        public static let hungUp = Events(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    }

    /// Readable when a watched descriptor is ready, so one Epoll can watch another.
    public let descriptor: OwnedDescriptor

    /// Watches nothing yet. Throws the error from epoll_create1(2).
    public init() throws(Errno) {
        descriptor = try OwnedDescriptor(takingOver: epoll_create1(CInt(EPOLL_CLOEXEC)))
    }

    /// Watches `watched`. ``wait(timeout:)`` returns `token` when it is ready.
    public func add(
        _ watched: OwnedDescriptor, for events: Events = .readable, token: UInt64
    ) throws(Errno) {
        var event = epoll_event(events: events.rawValue, data: epoll_data_t(u64: token))
        guard epoll_ctl(descriptor.rawValue, EPOLL_CTL_ADD, watched.rawValue, &event) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Stops watching `watched`.
    public func remove(_ watched: OwnedDescriptor) throws(Errno) {
        guard epoll_ctl(descriptor.rawValue, EPOLL_CTL_DEL, watched.rawValue, nil) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Waits until a descriptor is ready and returns the tokens of all ready descriptors. Waits
    /// forever if `timeout` is nil. Returns an empty array after the timeout or if a signal handler
    /// ran.
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

    /// Rounds up, so that a wait never ends before its deadline.
    private static func milliseconds(_ duration: Duration) -> CInt {
        let (seconds, attoseconds) = duration.components
        let milliseconds =
            seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return CInt(clamping: max(0, milliseconds))
    }
}
