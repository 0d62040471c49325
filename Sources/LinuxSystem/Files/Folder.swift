import CLinux
import Glibc
import SystemPackage

/// Creates and checks folders: mkdir(2), access(2).
public enum Folder {
    /// Creates `path` and its missing parent folders, with mode 0755 less the umask. Throws
    /// `notDirectory` if `path` exists and is not a folder.
    public static func make(_ path: FilePath) throws(Errno) {
        if let kind = kind(of: path) {
            guard kind == S_IFDIR else { throw .notDirectory }
            return
        }
        let parent = path.removingLastComponent()
        if !parent.isEmpty, parent != path { try make(parent) }
        guard path.withPlatformString({ mkdir($0, 0o755) }) == 0 || errno == EEXIST else {
            throw Errno(rawValue: errno)
        }
    }

    /// `path` and its parent folders, as far as they do not exist. The deepest comes first.
    public static func missing(of path: FilePath) -> [FilePath] {
        var (missing, path) = ([FilePath](), path)
        while !path.isEmpty, FileStatus(of: path) == nil {
            missing.append(path)
            path.removeLastComponent()
        }
        return missing
    }

    /// Throws if this user cannot create files in `path`: access(2).
    public static func checkWritable(_ path: FilePath) throws(Errno) {
        guard path.withPlatformString({ access($0, W_OK | X_OK) }) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Waits until the entries of the folder `path` are on disk: fsync(2).
    public static func flush(_ path: FilePath) throws(Errno) {
        try flush(path, by: fsync)
    }

    /// Waits until everything that was written to the file system of the folder `path` is on disk: syncfs(2).
    public static func flush(fileSystemOf path: FilePath) throws(Errno) {
        try flush(path, by: syncfs)
    }

    private static func flush(_ path: FilePath, by call: (CInt) -> CInt) throws(Errno) {
        let folder = try OwnedDescriptor(
            takingOver: path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
        // EINVAL: the file system has nothing to write.
        guard call(folder.rawValue) == 0 || errno == EINVAL else { throw Errno(rawValue: errno) }
    }

    private static func kind(of path: FilePath) -> mode_t? {
        var information = stat()
        guard path.withPlatformString({ stat($0, &information) }) == 0 else { return nil }
        return information.st_mode & S_IFMT
    }
}
