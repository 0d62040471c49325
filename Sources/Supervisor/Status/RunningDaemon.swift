import Glibc
import LinuxSystem
import SystemPackage

/// Finds the `pierdatd` that uses a run folder.
public enum RunningDaemon {
    /// The daemon's pid, nil if none is running. Needs no answer from the daemon, so it also finds
    /// one that hangs. Throws if this user may not access the folder, or `noSuchProcess` if the
    /// daemon is in another PID namespace.
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

    /// True if the daemon is running, or if that is unknown.
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
