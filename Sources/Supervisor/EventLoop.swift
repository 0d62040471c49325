import LinuxSystem
import SystemPackage

/// Calls handlers when their descriptors are ready. Runs on one thread, which sleeps in the kernel.
final class EventLoop {
    /// Identifies a handler, for removal.
    struct Registration {
        fileprivate let token: UInt64
        fileprivate let descriptor: OwnedDescriptor
    }

    private let epoll: Epoll
    private var handlers: [UInt64: () -> Void] = [:]
    private var nextToken: UInt64 = 0

    init() throws(Errno) {
        epoll = try Epoll()
    }

    /// Calls `handler` whenever `descriptor` is ready, until the handler is removed.
    func add(
        _ descriptor: OwnedDescriptor, for events: Epoll.Events = .readable,
        _ handler: @escaping () -> Void
    ) throws(Errno) -> Registration {
        try epoll.add(descriptor, for: events, token: nextToken)
        handlers[nextToken] = handler
        defer { nextToken += 1 }
        return Registration(token: nextToken, descriptor: descriptor)
    }

    func remove(_ registration: Registration) {
        // Cannot fail: the registration keeps the descriptor open and watched.
        try? epoll.remove(registration.descriptor)
        handlers[registration.token] = nil
    }

    /// Sleeps until a descriptor is ready or `deadline` has passed, then calls the handlers.
    func runOnce(until deadline: SuspendingClock.Instant?, clock: SuspendingClock) {
        do throws(Errno) {
            let ready = try epoll.wait(timeout: deadline.map { clock.now.duration(to: $0) })
            // An earlier handler may have removed a later one.
            for (token, _) in ready { handlers[token]?() }
        } catch {
            // epoll_wait(2) fails only for invalid arguments.
            preconditionFailure("epoll_wait: \(error)")
        }
    }
}
