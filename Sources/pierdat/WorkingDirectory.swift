import Glibc
import SystemPackage

/// getcwd(3).
enum WorkingDirectory {
    static func current() throws -> FilePath {
        guard let path = getcwd(nil, 0) else { throw Errno(rawValue: errno) }
        defer { free(path) }
        return FilePath(platformString: path)
    }
}
