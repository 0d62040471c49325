import CLinux
import Glibc
import SystemPackage

/// Starts a program by posix_spawn(3), so that none of our code runs between fork and exec.
public struct Command: Sendable {
    /// Attributes in which the new process differs from this one.
    public struct Attributes: Sendable {
        /// The blocked signals.
        public var signalMask = SignalSet()
        /// The signals reset to their default action. Other ignored signals stay ignored.
        public var defaultSignals = SignalSet()
        /// Start a new session, without our controlling terminal: setsid(2).
        public var leadsSession = false
        /// Descriptors 0, 1 and 2. If nil, the process inherits ours, and all other descriptors
        /// that are not close-on-exec.
        public var standardStreams: StandardStreams?

        /// No signal blocked or reset, the same session and the same descriptors.
        public init() {}
    }

    /// The standard streams of a background process.
    public struct StandardStreams: Sendable {
        /// Standard input. nil means /dev/null.
        public var input: OwnedDescriptor?
        /// Standard output. nil means /dev/null.
        public var output: OwnedDescriptor?
        /// Standard error.
        public var errors: Errors

        /// The destination of standard error.
        public enum Errors: Sendable {
            /// The same as standard output.
            case likeOutput
            /// Our standard error.
            case inherited
            /// Another descriptor.
            case to(OwnedDescriptor)
        }

        /// By default /dev/null for all three.
        public init(
            input: OwnedDescriptor? = nil, output: OwnedDescriptor? = nil,
            errors: Errors = .likeOutput
        ) {
            self.input = input
            self.output = output
            self.errors = errors
        }
    }

    /// Searched for in PATH if it contains no slash.
    public var program: String
    /// `argv`, including the program name.
    public var arguments: [String]
    /// Variables added to our environment. They replace variables of the same name.
    public var environment: [String: String] = [:]
    /// The names of variables in our environment that the program does not get.
    public var withheld: Set<String> = []
    /// Attributes in which the new process differs from this one.
    public var attributes = Attributes()

    /// A command with our environment and default attributes.
    public init(program: String, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// Starts the program in its own process group and returns its pid. Also throws the error from
    /// exec(3).
    public func spawn() throws(Errno) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let streams = attributes.standardStreams {
            Self.open(0, as: streams.input, O_RDONLY, &actions)
            Self.open(1, as: streams.output, O_WRONLY, &actions)
            switch streams.errors {
            case .likeOutput: posix_spawn_file_actions_adddup2(&actions, 1, 2)
            case .inherited: break
            case .to(let given): posix_spawn_file_actions_adddup2(&actions, given.rawValue, 2)
            }
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

    /// The entries of environ(7), byte for byte, except those that `environment` replaces and those withheld.
    private var inheritedEntries: [UnsafeMutablePointer<CChar>?] {
        let names = (Array(environment.keys) + withheld).map { Array("\($0)=".utf8) }
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
