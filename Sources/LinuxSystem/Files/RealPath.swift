import Glibc
import SystemPackage

extension FilePath {
    /// The path from the root, with links, `.` and `..` resolved: realpath(3), whose errors it throws.
    public func resolved() throws(Errno) -> FilePath {
        guard let resolved = withPlatformString({ realpath($0, nil) }) else {
            throw Errno(rawValue: errno)
        }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}
