import Glibc
import LinuxSystem
import SystemPackage

/// The sockets in the run folder while `pierdatd` runs: for status queries, for metrics, and for
/// reports from seeders.
final class RunFolder {
    private let control: ControlSocket
    private let metricsSocket: ControlSocket
    private let notes: NotifySocketServer

    /// Creates the folder if it is missing. Fails if a running `pierdatd` uses it.
    init(
        _ path: FilePath, loop: EventLoop, clock: SuspendingClock, children: Children,
        downloads: Downloads?, status: StatusCollector
    ) throws(StartFailure) {
        let folder: SocketFolder
        do throws(Errno) {
            folder = try Self.open(path)
        } catch {
            throw .cannotMake(path, error)
        }
        guard Self.lock(folder) else { throw .runsAlready(path) }
        do throws(Errno) {
            control = try ControlSocket(in: folder, loop: loop, clock: clock) {
                [unowned status] in status.report.json
            }
            metricsSocket = try ControlSocket(
                ControlSocket.metricsName, in: folder, loop: loop, clock: clock
            ) { [unowned status] in status.metrics(.prometheus) }
            notes = try NotifySocketServer(
                in: folder, loop: loop, children: children, downloads: downloads)
        } catch {
            throw .cannotMake(path, error)
        }
    }

    /// The value of NOTIFY_SOCKET for seeders.
    var noteSocket: String { notes.path }

    /// Takes what seeders have reported until now.
    func takeNotes() { notes.takeQueued() }

    /// When the next action is due, nil if none is.
    var deadline: SuspendingClock.Instant? {
        [control.deadline, metricsSocket.deadline].compactMap(\.self).min()
    }

    /// Performs the actions that are due.
    func act() {
        control.act()
        metricsSocket.act()
    }

    /// Removes the sockets but not the folder.
    func close() {
        control.close()
        metricsSocket.close()
        notes.close()
    }

    /// Waits up to a second for the lock if its owner is dead: a child between fork and exec still
    /// holds its parent's lock. Does not wait for a running daemon.
    private static func lock(_ folder: SocketFolder) -> Bool {
        let giveUp = SuspendingClock.now.advanced(by: .seconds(1))
        while !folder.lock() {
            guard SuspendingClock.now < giveUp, !RunningDaemon.isAlive(in: folder.path) else {
                return false
            }
            poll(nil, 0, 5)
        }
        return true
    }

    private static func open(_ path: FilePath) throws(Errno) -> SocketFolder {
        try Folder.make(path.removingLastComponent())
        // Only this user may access the folder.
        guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
            throw Errno(rawValue: errno)
        }
        return try SocketFolder(path)
    }
}
