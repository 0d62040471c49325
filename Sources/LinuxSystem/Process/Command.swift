import CLinux
import Glibc
import SystemPackage

/// A program to start by posix_spawn(3): nothing of ours runs between fork and exec.
public struct Command: Sendable {
    /// What the new process has otherwise than this one.
    public struct Attributes: Sendable {
        /// The signals that are blocked in it.
        public var signalMask = SignalSet()
        /// The signals that are set to their default action; ignored ones stay ignored otherwise.
        public var defaultSignals = SignalSet()
        /// It leads a session of its own, away from our terminal: setsid(2).
        public var leadsSession = false
        /// What its descriptors 0, 1 and 2 are; nil leaves them as they are here, and inherits
        /// the others that are open across exec.
        public var standardStreams: StandardStreams?

        public init() {}
    }

    /// Streams of a process in the background.
    public struct StandardStreams: Sendable {
        /// What stdin is; nil for /dev/null.
        public var input: OwnedDescriptor?
        /// Where stdout goes; nil for /dev/null.
        public var output: OwnedDescriptor?
        /// Where stderr goes.
        public var errors: Errors

        /// Where a process says what is wrong.
        public enum Errors: Sendable {
            /// To where its stdout goes.
            case likeOutput
            /// To where ours goes.
            case inherited
        }

        public init(
            input: OwnedDescriptor? = nil, output: OwnedDescriptor? = nil,
            errors: Errors = .likeOutput
        ) {
            self.input = input
            self.output = output
            self.errors = errors
        }
    }

    /// Looked for in PATH where it holds no slash.
    public var program: String
    /// `argv`, the name of the program included.
    public var arguments: [String]
    /// Variables that it has beside our own environment, or in place of those of the same name.
    public var environment: [String: String] = [:]
    /// What the new process has otherwise than this one.
    public var attributes = Attributes()

    public init(program: String, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// Starts it, in a process group of its own. The error is that of exec(3), too.
    public func spawn() throws(Errno) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let streams = attributes.standardStreams {
            Self.open(0, as: streams.input, O_RDONLY, &actions)
            Self.open(1, as: streams.output, O_WRONLY, &actions)
            if streams.errors == .likeOutput { posix_spawn_file_actions_adddup2(&actions, 1, 2) }
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        }
        var spawnAttributes = posix_spawnattr_t()
        posix_spawnattr_init(&spawnAttributes)
        defer { posix_spawnattr_destroy(&spawnAttributes) }
        let leader = attributes.leadsSession ? Self.newSession : POSIX_SPAWN_SETPGROUP
        let flags = leader | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&spawnAttributes, Int16(flags))
        posix_spawnattr_setpgroup(&spawnAttributes, 0)
        var mask = attributes.signalMask.mask
        posix_spawnattr_setsigmask(&spawnAttributes, &mask)
        var defaults = attributes.defaultSignals.mask
        posix_spawnattr_setsigdefault(&spawnAttributes, &defaults)
        return try spawn(&actions, &spawnAttributes)
    }

    /// POSIX_SPAWN_SETSID, a GNU extension.
    private static let newSession: CInt = 0x80

    private static func open(
        _ stream: CInt, as given: OwnedDescriptor?, _ flags: CInt,
        _ actions: inout posix_spawn_file_actions_t
    ) {
        if let given {
            posix_spawn_file_actions_adddup2(&actions, given.rawValue, stream)
        } else {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", flags, 0)
        }
    }

    private func spawn(
        _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t
    ) throws(Errno) -> pid_t {
        var argv = arguments.map { strdup($0) }
        defer { for word in argv { free(word) } }
        argv.append(nil)
        let added = environment.map { strdup("\($0)=\($1)") }
        defer { for entry in added { free(entry) } }
        let envp = inheritedEntries + added + [nil]
        var pid: pid_t = 0
        let error = posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
        guard error == 0 else { throw Errno(rawValue: error) }
        return pid
    }

    /// The entries of environ(7), byte for byte, whose names are not among the new ones.
    private var inheritedEntries: [UnsafeMutablePointer<CChar>?] {
        let names = environment.keys.map { Array("\($0)=".utf8) }
        var entries: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let entry = next.pointee {
            let isReplaced = names.contains { name in
                strncmp(entry, name.map(CChar.init(bitPattern:)) + [0], name.count) == 0
            }
            if !isReplaced { entries.append(entry) }
            next += 1
        }
        return entries
    }
}
