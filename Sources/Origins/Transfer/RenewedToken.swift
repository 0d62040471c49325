import Synchronization

/// A bearer token (RFC 6750) that a server gives for a short time. Renewed by the first request that needs it
/// afterwards. Never printed.
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

    private let lease: Mutex<Lease>
    private let renew: @Sendable () -> Lease?

    /// Begins with `lease`. `renew` asks for the next, and returns nil if there is none.
    public init(_ lease: Lease, renew: @escaping @Sendable () -> Lease?) {
        self.lease = Mutex(lease)
        self.renew = renew
    }

    /// The token for a request. If it cannot be renewed, the old one, with which the server explains what is wrong.
    func current() -> String {
        lease.withLock { lease in
            // After a failure, the threads that wait must not all ask again.
            if lease.end <= .now {
                lease = renew() ?? Lease(token: lease.token, end: .now + Self.pause)
            }
            return lease.token
        }
    }

    /// The same object.
    public static func == (one: RenewedToken, other: RenewedToken) -> Bool { one === other }

    /// `***` instead of the token.
    public var description: String { "***" }
}
