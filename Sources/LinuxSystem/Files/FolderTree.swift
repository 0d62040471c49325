import Glibc
import SystemPackage

/// What one name in a folder stands for: lstat(2).
public struct FileStatus: Sendable {
    /// What it is.
    public enum Kind: Sendable {
        case file, folder, link, other
    }

    /// What it is.
    public let kind: Kind
    /// The permission bits.
    public let mode: mode_t
    /// When anything of it was changed last, be it data or attributes: its `ctime`, in nanoseconds.
    public let changed: Int64
    /// When its data was written last, in nanoseconds since 1970: its `mtime`.
    public let written: Int64
    /// Of a file the bytes that take room, which holes do not.
    public let held: Int64
    /// Who owns it.
    public let owner: FileOwner
    /// How many names it has: hard links.
    public let names: Int
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
        held =
            kind == .file ? min(Int64(information.st_size), Int64(information.st_blocks) * 512) : 0
        owner = FileOwner(user: information.st_uid, group: information.st_gid)
        names = Int(information.st_nlink)
        device = information.st_dev
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Of what `path` names; a link that it ends in is followed. nil where there is nothing.
    public init?(of path: FilePath) {
        var information = stat()
        guard path.withPlatformString({ stat($0, &information) }) == 0 else { return nil }
        self.init(information)
    }

    /// Of what `path` names; of a link that it ends in its own. nil where there is nothing.
    public init?(withoutFollowing path: FilePath) {
        self.init(of: path, in: AT_FDCWD)
    }

    /// Of `name` in the folder that `folder` is open on; of a link its own.
    init?(of name: FilePath, in folder: CInt) {
        var information = stat()
        let result = name.withPlatformString {
            fstatat(folder, $0, &information, AT_SYMLINK_NOFOLLOW)
        }
        guard result == 0 else { return nil }
        self.init(information)
    }
}

/// Something in a folder that is being walked.
public struct FileInTree {
    /// Below the folder that the walk began at; empty for that itself.
    public let path: FilePath
    /// As it was when it was visited.
    public let status: FileStatus
    /// A name, and the descriptor of the folder that it is in.
    let name: FilePath
    let folder: CInt
}

extension FileInTree {
    /// What `path` names; a link that it ends in is followed. nil where there is nothing.
    public init?(at path: FilePath) {
        guard let status = FileStatus(of: path) else { return nil }
        let name = status.kind == .folder ? path.appending(".") : path
        self.init(path: "", status: status, name: name, folder: AT_FDCWD)
    }
}

/// A folder and all that is below it, without following a link: not even where others change names
/// meanwhile.
public struct FolderTree: Sendable {
    private let root: FilePath

    public init(_ root: FilePath) {
        self.root = root
    }

    /// Calls `visit` for all that is in a folder, then for the folder. Other file systems are not
    /// entered; what cannot be read, or is gone meanwhile, is left out. Nothing, where there is no root.
    public func visit<Failure: Error>(
        _ visit: (FileInTree) throws(Failure) -> Void
    ) throws(Failure) {
        // The root may be reached by a link: the user has named it. What is in it may not.
        guard let file = FileInTree(at: root) else { return }
        guard file.status.kind == .folder, let open = try? DirectoryStream(root) else {
            return try visit(file)
        }
        try Self.visit(open.names(), of: open, "", on: file.status.device, visit)
        try visit(file)
    }

    /// The same for `names` in the root alone, and for what is below them; not for the root itself.
    public func visit<Failure: Error>(
        only names: [FilePath], _ visit: (FileInTree) throws(Failure) -> Void
    ) throws(Failure) {
        guard let open = try? DirectoryStream(root),
            let status = FileStatus(of: ".", in: open.descriptor)
        else { return }
        try Self.visit(names, of: open, "", on: status.device, visit)
    }

    /// All names in the root but `.` and `..`; none where it cannot be read.
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
