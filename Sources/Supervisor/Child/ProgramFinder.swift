import LinuxSystem
import SystemPackage

/// Finds the programs of seed lines: first next to our own executable, then in PATH.
public struct ProgramFinder: Sendable {
    private let folders: [FilePath]

    /// `path` is the value of PATH.
    public init(programs: FilePath, path: String?) {
        let rest = (path ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .split(separator: ":").map { FilePath(String($0)) }
        folders = [programs] + rest
    }

    /// The path of `program`, or nil if no folder contains an executable of that name. A name with
    /// a slash is returned as it is.
    public func find(_ program: String) -> FilePath? {
        guard !program.contains("/") else { return FilePath(program) }
        return folders.lazy.map { $0.appending(program) }.first(where: ExecutableFile.exists)
    }
}
