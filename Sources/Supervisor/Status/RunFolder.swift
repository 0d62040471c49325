import Glibc
import LinuxSystem
import SystemPackage

/// What `pierdatd` has in its run folder as long as it runs: the socket for those who ask how things
/// are, and the one for seeders that tell.
final class RunFolder {
    private let control: ControlSocket
    private let notes: NotifySocketServer

    /// Makes the folder where it is missing. One that a living `pierdatd` has is not touched.
    init(
        _ path: FilePath, loop: EventLoop, clock: SuspendingClock, children: Children,
        report: @escaping () -> StatusReport
    ) throws(StartFailure) {
        let folder: SocketFolder
        do throws(Errno) {
            folder = try Self.open(path)
        } catch {
            throw .cannotMake(path, error)
        }
        guard Self.lock(folder) else { throw .runsAlready(path) }
        do throws(Errno) {
            control = try ControlSocket(in: folder, loop: loop, clock: clock, report: report)
            notes = try NotifySocketServer(in: folder, loop: loop, children: children)
        } catch {
            throw .cannotMake(path, error)
        }
    }

    /// What seeders may tell of themselves through: NOTIFY_SOCKET.
    var noteSocket: String { notes.path }

    /// When something is due without anything else happening.
    var deadline: SuspendingClock.Instant? { control.deadline }

    /// Does what is due by now.
    func act() {
        control.act()
    }

    /// Leaves nothing behind but the folder.
    func close() {
        control.close()
        notes.close()
    }

    /// Between fork and exec a child has its parent's locks: those of a `pierdatd` that was killed outlive
    /// it for a moment. One that runs is not waited for.
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
        // Others have no business in it.
        guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
            throw Errno(rawValue: errno)
        }
        return try SocketFolder(path)
    }
}
