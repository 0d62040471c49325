import Glibc
import LinuxSystem
import SystemPackage

/// `pierdatd --background`: starts the daemon with a pipe as stdout and stderr and passes its
/// output on. Exits when the daemon is ready, or with the daemon's exit code if it fails.
public enum BackgroundStart {
    /// The byte that the daemon writes when it is ready. No message contains it.
    private static let readyMark: UInt8 = 0

    /// Starts `pierdatd` again with `arguments`, in a new session and without our descriptors.
    /// Returns 0 when it is ready, otherwise its exit code.
    public static func run(_ arguments: [String]) throws(Errno) -> CInt {
        let (pid, output) = try start(arguments)
        // The reader of our stderr may be gone.
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

    /// Called in the daemon: detaches from the pipe and makes ``run(_:)`` return.
    static func tellReady() throws(Errno) {
        let pipe = try OwnedDescriptor(takingOver: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))
        try CurrentProcess.discardStreams()
        var mark = readyMark
        _ = write(pipe.rawValue, &mark, 1)
    }
}
