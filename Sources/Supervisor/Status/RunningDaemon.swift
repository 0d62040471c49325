import Glibc
import LinuxSystem
import SystemPackage

/// Finds the `pierdatd` that has a run folder.
public enum RunningDaemon {
    /// Its pid; nil if there is none. Nothing is asked of it, so that one that hangs is found as well.
    /// Throws if this user may not look, or the process is in another PID namespace (`noSuchProcess`).
    public static func pid(in runFolder: FilePath) throws(Errno) -> pid_t? {
        do throws(Errno) {
            let folder = try SocketFolder(runFolder)
            guard let address = folder.address(of: ControlSocket.name) else {
                throw .fileNameTooLong
            }
            let socket = try UnixSocket(.stream)
            try socket.connect(to: address)
            guard let pid = socket.listener else { throw .noSuchProcess }
            return pid
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory, .connectionRefused: return nil
            // The folder outlives the daemon.
            case .permissionDenied where !isAnyVisible: return nil
            default: throw error
            }
        }
    }

    /// Whether it has not ended; true if the kernel does not tell.
    static func isAlive(in runFolder: FilePath) -> Bool {
        do throws(Errno) {
            return try pid(in: runFolder).map { !ProcessTable.hasEnded($0) } ?? false
        } catch {
            return true
        }
    }

    private static var isAnyVisible: Bool {
        ProcessTable.all.contains {
            ProcessTable.name(of: $0) == "pierdatd" && !ProcessTable.hasEnded($0)
        }
    }
}
