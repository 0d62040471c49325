import Glibc
import LinuxSystem
import SystemPackage

/// What a program under test may not do.
public struct Confinement: Equatable, Sendable {
    /// The files that it may write.
    public enum Writing: Equatable, Sendable {
        /// Those that its user may write.
        case everywhere
        /// Only these files and what is below these folders, and devices.
        case only(below: [FilePath])
        /// Nothing, as in a container with a read-only root.
        case nowhere
    }

    /// Its use of the network.
    public enum Network: Equatable, Sendable {
        /// As on this machine.
        case unrestricted
        /// Every Internet socket fails.
        case none
        /// Every Internet socket fails, and is reported at ``Confinement/report``.
        case reported
    }

    /// The working directory.
    public var folder: FilePath
    /// Where it may write.
    public var writing = Writing.everywhere
    /// Whether it has a network.
    public var network = Network.unrestricted
    /// The path of the Unix socket at which Internet sockets are reported.
    var report = ""
    /// Run as another user.
    public var user: FileOwner?

    /// No restriction, in the working directory `folder`.
    public init(folder: FilePath) { self.folder = folder }

    /// The user `nobody`, by the number that every distribution uses.
    static let nobody = FileOwner(user: 65534, group: 65534)

    /// Always writable: devices, and the kernel's files in /proc.
    static let kernelFiles: [FilePath] = ["/dev", "/proc"]
}

/// A program that the kit starts in place of a program under test. It restricts itself, then becomes that
/// program by exec(3).
public enum ConfinedProgram {
    /// The name under which our executable is called for this.
    public static let name = "pierdat-confined"
    /// The exit code if the kernel does not support or permit a restriction.
    static let refusal: CInt = 125

    /// The arguments for ``run(_:)``.
    static func arguments(
        _ confinement: Confinement, _ program: FilePath, _ arguments: [String]
    ) -> [String] {
        var options = ["folder", confinement.folder.string]
        switch confinement.writing {
        case .everywhere: break
        case .only(let paths):
            for path in paths + Confinement.kernelFiles { options += ["writable", path.string] }
        case .nowhere: options += ["read-only", ""]
        }
        switch confinement.network {
        case .unrestricted: break
        case .none: options += ["no-network", ""]
        case .reported: options += ["report", confinement.report]
        }
        if let user = confinement.user {
            options += ["user", "\(user.user)", "group", "\(user.group)"]
        }
        return options + ["program", program.string] + arguments
    }

    /// Becomes the program. Returns only on failure: 127 or 126 like a shell, or ``refusal`` after it has said
    /// what the kernel denies.
    public static func run(_ arguments: [ArgumentWord]) -> CInt {
        var words = arguments.dropFirst()
        var values: [String: [String]] = [:]
        while words.count > 1, let option = words.popFirst()?.text, option != "program" {
            values[option, default: []].append(words.popFirst()?.text ?? "")
        }
        guard let program = words.first else {
            StandardError.say("\(name) is internal: only pierdat starts it", by: nil)
            return 64
        }
        do throws(Refusal) {
            try confine(values)
        } catch {
            StandardError.say("\(error.reason): \(error.cause)", by: name)
            return refusal
        }
        let error = Exec.replace(program: program, arguments: Array(words))
        StandardError.say("cannot start \(program): \(error)", by: nil)
        return error == .noSuchFileOrDirectory ? 127 : 126
    }

    private struct Refusal: Error {
        let reason: String
        let cause: Errno
    }

    private static func confine(_ values: [String: [String]]) throws(Refusal) {
        if let folder = values["folder"]?.first {
            try attempt("cannot change to \(folder)") { () throws(Errno) in
                try CurrentProcess.changeDirectory(to: FilePath(folder))
            }
        }
        var hasReadOnlyMounts = false
        if values["read-only"] != nil {
            hasReadOnlyMounts = (try? Restriction.filesReadOnly()) != nil
        }
        if let user = values["user"]?.first.flatMap({ uid_t($0) }),
            let group = values["group"]?.first.flatMap({ gid_t($0) })
        {
            try attempt("cannot become another user") { () throws(Errno) in
                try Restriction.become(FileOwner(user: user, group: group))
            }
        }
        try attempt("cannot give up privileges", Restriction.noNewPrivileges)
        if let socket = values["report"]?.first {
            guard let address = UnixSocketAddress(path: socket) else {
                throw Refusal(reason: "cannot reach \(socket)", cause: .fileNameTooLong)
            }
            try attempt("the kernel does not report sockets") { () throws(Errno) in
                try Restriction.reportInternetSockets(to: address)
            }
        }
        if values["no-network"] != nil {
            try attempt("the kernel does not deny sockets", Restriction.noInternetSockets)
        }
        if values["read-only"] != nil, !hasReadOnlyMounts {
            try restrictWrites(to: Confinement.kernelFiles)
        }
        if let paths = values["writable"] { try restrictWrites(to: paths.map { FilePath($0) }) }
    }

    private static func restrictWrites(to paths: [FilePath]) throws(Refusal) {
        try attempt("the kernel denies no writes (it needs Landlock)") { () throws(Errno) in
            try Restriction.writesOnly(below: paths)
        }
    }

    private static func attempt(
        _ reason: String, _ body: () throws(Errno) -> Void
    ) throws(Refusal) {
        do throws(Errno) {
            try body()
        } catch {
            throw Refusal(reason: reason, cause: error)
        }
    }
}
