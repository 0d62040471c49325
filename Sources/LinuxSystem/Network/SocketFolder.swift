import Glibc
import SystemPackage

/// A folder that sockets lie in. They can be addressed however long its path is.
public struct SocketFolder: Sendable {
    /// Where it is.
    public let path: FilePath
    private let descriptor: OwnedDescriptor

    public init(_ path: FilePath) throws(Errno) {
        self.path = path
        descriptor = try OwnedDescriptor(
            takingOver: path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    }

    /// Makes it ours for as long as we hold it, by a lock that our death releases: flock(2). False
    /// where it is another's.
    public func lock() -> Bool {
        flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0
    }

    /// The socket `name` in it, for us alone where `process` is nil, else for all processes that may
    /// look into `process`, which is us.
    public func address(of name: String, seenBy process: pid_t? = nil) -> UnixSocketAddress? {
        UnixSocketAddress(path: shortPath(of: name, seenBy: process))
    }

    /// A path of the socket `name` that the kernel takes for an address.
    public func shortPath(of name: String, seenBy process: pid_t? = nil) -> String {
        let plain = path.appending(name).string
        guard UnixSocketAddress(path: plain) == nil else { return plain }
        let owner = process.map { String($0) } ?? "self"
        return "/proc/\(owner)/fd/\(descriptor.rawValue)/\(name)"
    }

    /// Removes the socket `name`, where it is there.
    public func remove(_ name: String) {
        unlinkat(descriptor.rawValue, name, 0)
    }
}
