import Glibc
import SystemPackage

/// The attributes of one file, folder or link: lstat(2).
public struct FileStatus: Sendable {
    /// The type of a file.
    public enum Kind: Sendable {
        case file, folder, link, other
    }

    /// The type of the file.
    public let kind: Kind
    /// The permission bits.
    public let mode: mode_t
    /// When the data or attributes were last changed (`ctime`), in nanoseconds since 1970.
    public let changed: Int64
    /// When the data was last written (`mtime`), in nanoseconds since 1970.
    public let written: Int64
    /// In bytes.
    public let size: Int64
    /// Allocated bytes of a regular file, without its holes. 0 for anything else.
    public let held: Int64
    /// The owner.
    public let owner: FileOwner
    /// The number of hard links.
    public let names: Int
    /// The inode number.
    public let inode: UInt64
    let device: dev_t

    init(_ information: stat) {
        kind =
            switch information.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        mode = information.st_mode & 0o7777
        changed = Self.nanoseconds(information.st_ctim)
        written = Self.nanoseconds(information.st_mtim)
        size = Int64(information.st_size)
        held =
            kind == .file ? min(Int64(information.st_size), Int64(information.st_blocks) * 512) : 0
        owner = FileOwner(user: information.st_uid, group: information.st_gid)
        names = Int(information.st_nlink)
        inode = UInt64(information.st_ino)
        device = information.st_dev
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// The status of `path`, following a final link. nil if it does not exist.
    public init?(of path: FilePath) {
        var information = stat()
        guard path.withPlatformString({ stat($0, &information) }) == 0 else { return nil }
        self.init(information)
    }

    /// The status of `path`. A final link is not followed. nil if it does not exist.
    public init?(withoutFollowing path: FilePath) {
        self.init(of: path, in: AT_FDCWD)
    }

    /// The status of `name` in the open folder `folder`. A link is not followed.
    init?(of name: FilePath, in folder: CInt) {
        var information = stat()
        let result = name.withPlatformString {
            fstatat(folder, $0, &information, AT_SYMLINK_NOFOLLOW)
        }
        guard result == 0 else { return nil }
        self.init(information)
    }
}

/// An entry that a ``FolderTree`` visits.
public struct FileInTree {
    /// The path relative to the root of the walk. Empty for the root itself.
    public let path: FilePath
    /// The status at the time of the visit.
    public let status: FileStatus
    /// The entry's name, and the descriptor of the folder that contains it.
    let name: FilePath
    let folder: CInt
}

extension FileInTree {
    /// The file at `path`, following a final link. nil if it does not exist.
    public init?(at path: FilePath) {
        guard let status = FileStatus(of: path) else { return nil }
        let name = status.kind == .folder ? path.appending(".") : path
        self.init(path: "", status: status, name: name, folder: AT_FDCWD)
    }
}

/// A folder and everything below it. The walk never follows a link, even if another process renames
/// entries meanwhile.
public struct FolderTree: Sendable {
    private let root: FilePath

    /// The tree at `root`, which need not exist.
    public init(_ root: FilePath) {
        self.root = root
    }

    /// Calls `visit` for each entry, and for a folder after its contents. Skips other file systems
    /// and entries that cannot be read or have disappeared. Does nothing if the root does not
    /// exist.
    public func visit<Failure: Error>(
        _ visit: (FileInTree) throws(Failure) -> Void
    ) throws(Failure) {
        // The root may be a link because the user named it. Links below it are not followed.
        guard let file = FileInTree(at: root) else { return }
        guard file.status.kind == .folder, let open = try? DirectoryStream(root) else {
            return try visit(file)
        }
        try Self.visit(open.names(), of: open, "", on: file.status.device, visit)
        try visit(file)
    }

    /// Visits only `names` in the root and what is below them, not the root itself.
    public func visit<Failure: Error>(
        only names: [FilePath], _ visit: (FileInTree) throws(Failure) -> Void
    ) throws(Failure) {
        guard let open = try? DirectoryStream(root),
            let status = FileStatus(of: ".", in: open.descriptor)
        else { return }
        try Self.visit(names, of: open, "", on: status.device, visit)
    }

    /// All names in the root except `.` and `..`. Empty if the root cannot be read.
    public func names() -> [FilePath] {
        (try? DirectoryStream(root).names()) ?? []
    }

    private static func visit<Failure: Error>(
        _ names: [FilePath], of folder: borrowing DirectoryStream, _ path: FilePath,
        on device: dev_t, _ visit: (FileInTree) throws(Failure) -> Void
    ) throws(Failure) {
        for name in names {
            guard let status = FileStatus(of: name, in: folder.descriptor) else { continue }
            let file = FileInTree(
                path: path.pushing(name), status: status, name: name, folder: folder.descriptor)
            if status.kind == .folder {
                guard status.device == device, let below = try? DirectoryStream(name, in: folder)
                else {
                    continue
                }
                try Self.visit(below.names(), of: below, file.path, on: device, visit)
            }
            try visit(file)
        }
    }
}
