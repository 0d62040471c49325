import BackendContract
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

    /// `path` with links, `.` and `..` resolved, of data that has to be there.
    static func resolve(_ path: FilePath) throws(Failure) -> FilePath {
        do throws(Errno) {
            return try path.resolved()
        } catch {
            throw Failure(.noInput, "cannot read \(path): \(error)")
        }
    }
}
