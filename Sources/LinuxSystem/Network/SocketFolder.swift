import Glibc
import SystemPackage

/// A folder that contains Unix sockets. They can be addressed even if the folder's path is too long
/// for a socket address.
public struct SocketFolder: Sendable {
    /// The path of the folder.
    public let path: FilePath
    private let descriptor: OwnedDescriptor

    /// Opens the folder at `path`. Throws the error from open(2).
    public init(_ path: FilePath) throws(Errno) {
        self.path = path
        descriptor = try OwnedDescriptor(
            takingOver: path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    }

    /// Locks the folder for this process: flock(2). The lock ends with the process. Returns false
    /// if another process holds it.
    public func lock() -> Bool {
        flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0
    }

    /// The address of the socket `name`. If `process` is nil, the address works in this process
    /// only. Otherwise `process` must be our pid, and the address works for every process that may
    /// read its /proc entry.
    public func address(of name: String, seenBy process: pid_t? = nil) -> UnixSocketAddress? {
        UnixSocketAddress(path: shortPath(of: name, seenBy: process))
    }

    /// A path of the socket `name` that is short enough for a socket address.
    public func shortPath(of name: String, seenBy process: pid_t? = nil) -> String {
        let plain = path.appending(name).string
        guard UnixSocketAddress(path: plain) == nil else { return plain }
        let owner = process.map { String($0) } ?? "self"
        return "/proc/\(owner)/fd/\(descriptor.rawValue)/\(name)"
    }

    /// Removes the socket `name` if it exists.
    public func remove(_ name: String) {
        unlinkat(descriptor.rawValue, name, 0)
    }
}
