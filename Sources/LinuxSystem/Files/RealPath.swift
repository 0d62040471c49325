import Glibc
import SystemPackage

extension FilePath {
    /// The absolute path with links, `.` and `..` resolved. Throws the error from realpath(3).
    public func resolved() throws(Errno) -> FilePath {
        guard let resolved = withPlatformString({ realpath($0, nil) }) else {
            throw Errno(rawValue: errno)
        }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}
