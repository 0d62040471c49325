import LinuxSystem
import SystemPackage

/// Calls handlers when their descriptors are ready. There is one thread, which sleeps in the kernel.
final class EventLoop {
    /// What a handler is taken off the loop by.
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

    /// Calls `handler` whenever `descriptor` is ready, until it is removed.
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
        // It is watched for certain: the registration owns the descriptor.
        try? epoll.remove(registration.descriptor)
        handlers[registration.token] = nil
    }

    /// Sleeps until something is ready or `deadline` has come, and calls the handlers.
    func runOnce(until deadline: SuspendingClock.Instant?, clock: SuspendingClock) {
        do throws(Errno) {
            let ready = try epoll.wait(timeout: deadline.map { clock.now.duration(to: $0) })
            // An earlier handler may have removed a later one.
            for (token, _) in ready { handlers[token]?() }
        } catch {
            // epoll_wait(2) fails for wrong arguments only.
            preconditionFailure("epoll_wait: \(error)")
        }
    }
}
