import Glibc
import LinuxSystem
import SystemPackage

/// Runs the `GuardProgram` next to a backend. If `pierdat` is killed, the guard kills the backend
/// and the processes that the backend has started.
public final class BackendGuard: Sendable {
    /// The standard input of ``BackendLoader``, which registers its process group there.
    public let table: OwnedDescriptor
    private let pid: pid_t

    /// Starts the guard, which guards one backend at a time. Throws a ``ResourceShortage``, or the
    /// Errno from posix_spawn(3).
    public init() throws {
        do throws(Errno) {
            table = try ProcessGroupTable().descriptor
            pid = try GuardProgram.command(parent: getpid(), table: table).spawn()
        } catch {
            if let shortage = ResourceShortage(spawning: error) { throw shortage }
            throw error
        }
    }

    deinit {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// Unregisters an ended backend, because its process group ID may be reused.
    public func forget() {
        ProcessGroupTable.clear(table.rawValue)
    }
}
