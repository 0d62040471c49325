import Glibc
import SystemPackage

/// The system denies a resource that the program needs. An immediate retry would fail too, so the
/// program reports the error and exits with EX_OSERR of sysexits(3).
public struct ResourceShortage: Error, Equatable, Sendable, CustomStringConvertible {
    /// The denied resource.
    public enum Resource: Equatable, Sendable {
        case process, thread, memory, descriptor
    }

    /// The exit code for a resource shortage: EX_OSERR, sysexits(3).
    public static let exitStatus: Int32 = 71

    /// The denied resource.
    public let resource: Resource
    /// The kernel's error.
    public let cause: Errno

    /// A lack of `resource`, for which the kernel gave the error `cause`.
    public init(_ resource: Resource, _ cause: Errno) {
        self.resource = resource
        self.cause = cause
    }

    /// nil if `error` is not about memory or descriptors.
    public init?(_ error: Errno) {
        switch error {
        case .noMemory: self.init(.memory, error)
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: self.init(.descriptor, error)
        default: return nil
        }
    }

    /// Also recognizes the error of a failed attempt to start a process.
    public init?(spawning error: Errno) {
        guard error == .resourceTemporarilyUnavailable else {
            self.init(error)
            return
        }
        self.init(.process, error)
    }

    /// The message for the user: what the system refused, and which limit to raise.
    public var description: String {
        switch resource {
        case .process:
            "cannot start a process: \(cause)"
                + (cause == .resourceTemporarilyUnavailable
                    ? "; raise the limit (docker run --pids-limit, ulimit -u)" : "")
        case .thread:
            "cannot start a thread: \(cause); raise the limit of processes (docker run --pids-limit, ulimit -u) or of memory (ulimit -d, ulimit -v)"
        case .memory:
            "no more memory available: \(cause); raise the limit (docker run --memory, ulimit -d, ulimit -v)"
        case .descriptor:
            "no more files can be opened: \(cause); raise the limit (docker run --ulimit nofile, ulimit -n)"
        }
    }
}
