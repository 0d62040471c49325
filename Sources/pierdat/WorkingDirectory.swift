import Glibc
import SystemPackage

/// getcwd(3).
enum WorkingDirectory {
    static func current() throws(Errno) -> FilePath {
        guard let path = getcwd(nil, 0) else { throw Errno(rawValue: errno) }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    /// `path` from the root.
    static func absolute(_ path: FilePath) throws(Errno) -> FilePath {
        path.isAbsolute ? path : try current().pushing(path)
    }

    /// The path with links, `.` and `..` resolved: realpath(3).
    static func resolve(_ path: FilePath) throws(Failure) -> FilePath {
        guard let resolved = path.withPlatformString({ realpath($0, nil) }) else {
            throw Failure(.noInput, "cannot read \(path): \(Errno(rawValue: errno))")
        }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}
