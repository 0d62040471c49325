import Glibc
import SystemPackage

/// A file descriptor that is closed exactly once, with its owner.
public final class OwnedDescriptor: Sendable {
    /// The number; valid for as long as this lives.
    public let rawValue: CInt

    /// Takes over `rawValue`; a negative one is the failure that `errno` tells.
    public init(takingOver rawValue: CInt) throws(Errno) {
        guard rawValue >= 0 else { throw Errno(rawValue: errno) }
        self.rawValue = rawValue
    }

    deinit {
        close(rawValue)
    }
}
