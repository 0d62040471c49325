import Glibc
import SystemPackage

/// Identifies the version of a file by stat(2). It changes when the file is replaced or written to.
struct FileStamp: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t
    private let size: off_t
    private let seconds: Int
    private let nanoseconds: Int

    /// nil if the file does not exist.
    init?(_ path: FilePath) {
        var information = stat()
        guard path.withPlatformString({ stat($0, &information) }) == 0 else { return nil }
        device = information.st_dev
        inode = information.st_ino
        size = information.st_size
        seconds = information.st_mtim.tv_sec
        nanoseconds = information.st_mtim.tv_nsec
    }
}
