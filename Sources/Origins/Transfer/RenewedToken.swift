import Synchronization

/// A bearer token (RFC 6750) that a server gives for a short time. Renewed by the first request that needs it
/// afterwards, or that is refused. Never printed.
public final class RenewedToken: Sendable, Equatable, CustomStringConvertible {
    /// A token, and when it is too old.
    public struct Lease: Sendable {
        /// The token.
        public let token: String
        /// It is not used after this moment.
        public let end: ContinuousClock.Instant

        /// A token for a limited time.
        public init(token: String, end: ContinuousClock.Instant) {
            self.token = token
            self.end = end
        }
    }

    private static let pause = Duration.seconds(30)

    private struct State {
        var lease: Lease
        /// After a failure, the threads that wait must not all ask again.
        var nextAttempt = ContinuousClock.now
    }

    private let state: Mutex<State>
    private let renew: @Sendable () -> Lease?

    /// Begins with `lease`. `renew` asks for the next, and returns nil if there is none.
    public init(_ lease: Lease, renew: @escaping @Sendable () -> Lease?) {
        state = Mutex(State(lease: lease))
        self.renew = renew
    }

    /// The token for a request. If it cannot be renewed, the old one, with which the server explains what is wrong.
    func current() -> String {
        state.withLock { state in
            if state.lease.end <= .now, let next = ask(&state) { state.lease = next }
            return state.lease.token
        }
    }

    /// The server has refused `token` before its time was over: asks for another, unless another thread has done so.
    /// False if there is no other.
    func replace(_ token: String) -> Bool {
        state.withLock { state in
            if state.lease.token == token, let next = ask(&state) { state.lease = next }
            return state.lease.token != token
        }
    }

    private func ask(_ state: inout State) -> Lease? {
        guard state.nextAttempt <= .now else { return nil }
        let next = renew()
        if next == nil || next?.token == state.lease.token {
            state.nextAttempt = .now + Self.pause
        }
        return next
    }

    /// The same object.
    public static func == (one: RenewedToken, other: RenewedToken) -> Bool { one === other }

    /// `***` instead of the token.
    public var description: String { "***" }
}
