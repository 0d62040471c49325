import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

/// How `pierdatd` runs.
enum Place: CaseIterable, CustomTestStringConvertible {
    /// As PID 1 of a PID namespace, as in a container.
    case pid1
    /// As a normal process that is a subreaper.
    case subreaper

    var testDescription: String { self == .pid1 ? "as PID 1" : "as a subreaper" }

    /// The program that starts its arguments in this way.
    var wrapper: [String] {
        switch self {
        case .pid1:
            getuid() == 0
                ? ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
                : [
                    "unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc",
                    "--kill-child",
                ]
        case .subreaper: []
        }
    }
}

/// A program started by a test, with its output.
final class Daemon {
    /// The pid of the program itself, not of a wrapper.
    let pid: pid_t
    let output: Stream
    let errors: Stream
    private let wrapper: pid_t
    private var ended: TerminationStatus?

    /// Starts `words` in `place`. Streams that are not given are pipes that the test reads. With a
    /// `terminal`, all streams are the terminal, and the program leads a session there.
    init(
        _ words: [String], in place: Place, environment: [String: String] = [:],
        input: CInt? = nil, output: CInt? = nil, errors: CInt? = nil, terminal: Terminal? = nil
    ) throws {
        let outputPipe = try Pipe()
        let errorPipe = try Pipe()
        var streams = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&streams)
        defer { posix_spawn_file_actions_destroy(&streams) }
        var all = place.wrapper + words
        if let terminal {
            // The wrapper of a PID 1 must not take the terminal as its controlling terminal.
            if place == .pid1 { all = place.wrapper + ["setsid", "--ctty"] + words }
            let flags = O_RDWR | (place == .pid1 ? O_NOCTTY : 0)
            posix_spawn_file_actions_addopen(&streams, 0, terminal.path, flags, 0)
            for stream: CInt in 1...2 { posix_spawn_file_actions_adddup2(&streams, 0, stream) }
        } else {
            if let input {
                posix_spawn_file_actions_adddup2(&streams, input, 0)
            } else {
                posix_spawn_file_actions_addopen(&streams, 0, "/dev/null", O_RDONLY, 0)
            }
            posix_spawn_file_actions_adddup2(&streams, output ?? outputPipe.writingEnd.rawValue, 1)
            posix_spawn_file_actions_adddup2(&streams, errors ?? errorPipe.writingEnd.rawValue, 2)
        }
        posix_spawn_file_actions_addclosefrom_np(&streams, 3)
        let wrapper = try Self.spawn(
            all, environment: environment, streams: &streams,
            as: terminal == nil ? POSIX_SPAWN_SETPGROUP : Self.newSession)
        self.wrapper = wrapper
        self.output = Stream(outputPipe.readingEnd)
        self.errors = Stream(errorPipe.readingEnd)
        pid = place == .subreaper ? wrapper : try Self.child(of: wrapper)
    }

    deinit {
        guard ended == nil else { return }
        for child in children { kill(child, SIGKILL) }
        kill(pid, SIGKILL)
        kill(wrapper, SIGKILL)
        waitpid(wrapper, nil, 0)
    }

    func send(_ signal: CInt) {
        kill(pid, signal)
    }

    /// Waits until the program has ended.
    @discardableResult
    func end() throws -> TerminationStatus {
        if let ended { return ended }
        let descriptor = try OwnedDescriptor(takingOver: linux_pidfd_open(wrapper))
        guard Deadline().wait(for: descriptor.rawValue), let end = Reaper.reap(wrapper) else {
            errors.take()
            throw TimeIsUp(description: "it has not ended; it said:\n\(errors.text)")
        }
        ended = end
        return end
    }

    /// The pids of its children, except for its guard.
    var children: [pid_t] { ProcessTable.children(of: pid).filter { !Self.isGuard($0) } }

    /// The pid of its guard. nil if there is none.
    var seederGuard: pid_t? { ProcessTable.children(of: pid).first(where: Self.isGuard) }

    static func isGuard(_ pid: pid_t) -> Bool {
        ProcessStatus(pid: pid).arguments.first == "pierdat-guard"
    }

    /// The child of the wrapper, or the wrapper itself if it has already ended.
    private static func child(of wrapper: pid_t) throws -> pid_t {
        var child: pid_t?
        try waitUntil("the wrapper has a child") {
            child = ProcessTable.children(of: wrapper).first
            return child != nil || ProcessStatus(pid: wrapper)["State"]?.first == "Z"
        }
        return child ?? wrapper
    }

    /// POSIX_SPAWN_SETSID, a GNU extension.
    private static var newSession: CInt { 0x80 }

    /// `leader` is a flag of posix_spawnattr_setflags(3).
    private static func spawn(
        _ words: [String], environment: [String: String],
        streams: inout posix_spawn_file_actions_t, as leader: CInt
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes,
            Int16(leader | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var variables = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        variables.merge(environment) { $1 }
        var argv = words.map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in argv + envp { free(word) } }
        var pid: pid_t = 0
        let error = posix_spawnp(&pid, words[0], &streams, &attributes, &argv, &envp)
        guard error == 0 else { throw Errno(rawValue: error) }
        return pid
    }
}
