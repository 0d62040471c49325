import Glibc
import SystemPackage

/// A file descriptor that is closed exactly once, when its owner is released.
public final class OwnedDescriptor: Sendable {
    /// The descriptor number. Valid while this object lives.
    public let rawValue: CInt

    /// Takes ownership of `rawValue`. If it is negative, throws the error in `errno`.
    public init(takingOver rawValue: CInt) throws(Errno) {
        guard rawValue >= 0 else { throw Errno(rawValue: errno) }
        self.rawValue = rawValue
    }

    deinit {
        close(rawValue)
    }
}
