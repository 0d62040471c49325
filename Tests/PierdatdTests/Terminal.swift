import Glibc
import LinuxSystem
import SystemPackage

/// A pseudo-terminal operated by the test: pty(7).
final class Terminal {
    private let master: OwnedDescriptor
    /// The device for the programs.
    let path: String
    let screen: Stream

    /// TIOCSPTLCK and TIOCGPTN of ioctl_tty(2), which are macros that Swift cannot import.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
        master = try OwnedDescriptor(
            takingOver: open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC))
        var unlocked: CInt = 0
        var number: CUnsignedInt = 0
        guard ioctl(master.rawValue, Self.setLock, &unlocked) == 0,
            ioctl(master.rawValue, Self.getNumber, &number) == 0
        else { throw Errno(rawValue: errno) }
        path = "/dev/pts/\(number)"
        screen = Stream(master)
    }

    func type(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes {
            write(master.rawValue, $0.baseAddress, $0.count)
        }
    }

    /// Changes the size. The kernel notifies the programs.
    func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master.rawValue, UInt(TIOCSWINSZ), &size)
    }
}

extension Site {
    /// Starts `pierdatd -- COMMAND` as the leader of a session at `terminal`.
    func start(_ command: [String], at terminal: Terminal, in place: Place) throws -> Daemon {
        let program = overlay.prefix.appending("usr/bin/pierdatd").string
        return try Daemon(
            [program, "--"] + command, in: place,
            environment: ["PS1": "prompt> ", "TERM": "dumb"], terminal: terminal)
    }
}
