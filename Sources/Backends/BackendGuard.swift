import Glibc
import LinuxSystem
import SystemPackage

/// Has the `GuardProgram` run beside a get: a backend that `pierdat` has started ends with it, and what the
/// backend has started as well, even where `pierdat` is killed and can do nothing for that itself.
public final class BackendGuard: Sendable {
    /// What the ``BackendLoader`` has as its standard input: there it says which group it leads.
    let table: OwnedDescriptor
    private let pid: pid_t

    /// Starts it. One backend at a time is guarded. Throws a ``ResourceShortage``, or the Errno of
    /// posix_spawn(3).
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

    /// The backend has ended: the number of its group may be another's from now on.
    func forget() {
        ProcessGroupTable.clear(table.rawValue)
    }
}
