import CLinux
import Glibc
import SystemPackage

/// Finds executable files.
public enum ExecutableFile {
    /// True if `path` is a regular file, or a link to one, that this process may execute.
    public static func exists(at path: FilePath) -> Bool {
        var information = stat()
        return path.withPlatformString {
            access($0, X_OK) == 0 && stat($0, &information) == 0
                && information.st_mode & S_IFMT == S_IFREG
        }
    }

    /// A path that executes this program again. `/proc/self/exe` works even after the file was
    /// replaced. Without /proc, the path comes from getauxval(3).
    public static var own: FilePath {
        let link: FilePath = "/proc/self/exe"
        return exists(at: link) ? link : (ownPath ?? link)
    }

    /// The resolved path of this program's file. nil if it is unknown.
    public static var ownPath: FilePath? {
        (try? FilePath("/proc/self/exe").resolved()) ?? (try? startedAs?.resolved())
    }

    /// The path that was passed to execve(2).
    private static var startedAs: FilePath? {
        let address = getauxval(UInt(AT_EXECFN))
        return UnsafePointer<CChar>(bitPattern: address).map { FilePath(platformString: $0) }
    }
}
