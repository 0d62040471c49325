import BackendContract
import Glibc
import SystemPackage

/// The working directory: getcwd(3).
enum WorkingDirectory {
    static func current() throws(Errno) -> FilePath {
        guard let path = getcwd(nil, 0) else { throw Errno(rawValue: errno) }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    /// `path` as an absolute path.
    static func absolute(_ path: FilePath) throws(Errno) -> FilePath {
        path.isAbsolute ? path : try current().pushing(path)
    }

    /// `path` with links, `.` and `..` resolved. Throws if it does not exist.
    static func resolve(_ path: FilePath) throws(Failure) -> FilePath {
        do throws(Errno) {
            return try path.resolved()
        } catch {
            throw Failure(.noInput, "cannot read \(path): \(error)")
        }
    }
}
