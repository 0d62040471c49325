import Glibc
import LinuxSystem
import SystemPackage

/// How `pierdatd --background` leaves a daemon behind: it starts the daemon with a pipe for stdout and
/// stderr, passes on what that says, and ends once the daemon is ready, or with its exit status.
public enum BackgroundStart {
    /// What the daemon writes once it is ready; no message holds it.
    private static let readyMark: UInt8 = 0

    /// Starts `pierdatd` anew as `arguments` say, in a session of its own and with none of our
    /// descriptors. Returns 0 once it is ready, else the exit status it ended with.
    public static func run(_ arguments: [String]) throws(Errno) -> CInt {
        let (pid, output) = try start(arguments)
        // Whoever has started us may not listen any more.
        signal(SIGPIPE, SIG_IGN)
        var isReady = false
        var entry = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
        while !isReady {
            _ = poll(&entry, 1, -1)
            let isOpen = output.readAvailable { bytes in
                isReady = bytes.contains(readyMark)
                _ = try? FileDescriptor.standardError.writeAll(bytes.prefix { $0 != readyMark })
            }
            guard isOpen else { break }
        }
        return isReady ? 0 : Reaper.wait(for: pid)?.exitStatus ?? 1
    }

    private static func start(
        _ arguments: [String]
    ) throws(Errno) -> (pid: pid_t, output: OwnedDescriptor) {
        let pipe = try Pipe()
        var command = Command(program: "/proc/self/exe", arguments: arguments)
        command.attributes.defaultSignals = .all
        command.attributes.leadsSession = true
        command.attributes.standardStreams = .init(output: pipe.writingEnd)
        return (try command.spawn(), pipe.readingEnd)
    }

    /// In the daemon: lets go of the pipe, and has ``run(_:)`` return.
    static func tellReady() throws(Errno) {
        let pipe = try OwnedDescriptor(takingOver: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))
        try CurrentProcess.discardStreams()
        var mark = readyMark
        _ = write(pipe.rawValue, &mark, 1)
    }
}
