import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// Runs the `GuardProgram` next to a backend. If `pierdat` is killed, the guard kills the backend
/// and the processes that the backend has started.
public final class BackendGuard: Sendable {
    /// The standard input of ``BackendLoader``, which registers its process group there.
    public let table: OwnedDescriptor
    /// nil when it has ended.
    private let pid: Mutex<pid_t?>

    /// Starts the guard, which guards one backend at a time. If we are killed it keeps the lock `lock` until the backend
    /// has ended. With `stopsWithParent`, a backend does not run on while we are stopped. Throws a ``ResourceShortage``,
    /// or the Errno from posix_spawn(3).
    public init(keeping lock: OwnedDescriptor? = nil, stopsWithParent: Bool = false) throws {
        do throws(Errno) {
            table = try ProcessGroupTable().descriptor
            pid = Mutex(
                try GuardProgram.command(
                    parent: getpid(), table: table, lock: lock, stopsWithParent: stopsWithParent
                ).spawn())
        } catch {
            if let shortage = ResourceShortage(spawning: error) { throw shortage }
            throw error
        }
    }

    deinit { end() }

    /// Ends the guard and waits until it has given the lock back. No backend may run.
    public func end() {
        pid.withLock { pid in
            guard let process = pid else { return }
            pid = nil
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    /// Sends a signal to the running backend and the processes that it has started. Safe from any thread.
    func send(_ signal: CInt) {
        for group in ProcessGroupTable.groups(in: table.rawValue) { kill(-group, signal) }
    }

    /// Unregisters an ended backend, because its process group ID may be reused.
    public func forget() {
        ProcessGroupTable.clear(table.rawValue)
    }
}
