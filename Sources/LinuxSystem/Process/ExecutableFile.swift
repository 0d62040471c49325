import CLinux
import Glibc
import SystemPackage

/// Programs on disk.
public enum ExecutableFile {
    /// Whether `path` is a regular file, or a link to one, that this process may execute. A folder is not.
    public static func exists(at path: FilePath) -> Bool {
        var information = stat()
        return path.withPlatformString {
            access($0, X_OK) == 0 && stat($0, &information) == 0
                && information.st_mode & S_IFMT == S_IFREG
        }
    }

    /// A path that executes this very program again: `/proc/self/exe`, which holds even when the file has been
    /// replaced, or without /proc the path that the kernel was given, getauxval(3).
    public static var own: FilePath {
        let link: FilePath = "/proc/self/exe"
        return exists(at: link) ? link : (ownPath ?? link)
    }

    /// Where this program's file lies, links resolved; nil if nothing tells.
    public static var ownPath: FilePath? {
        (try? FilePath("/proc/self/exe").resolved()) ?? (try? startedAs?.resolved())
    }

    /// What execve(2) was called with.
    private static var startedAs: FilePath? {
        let address = getauxval(UInt(AT_EXECFN))
        return UnsafePointer<CChar>(bitPattern: address).map { FilePath(platformString: $0) }
    }
}
