import Glibc
import LinuxSystem
import SystemPackage

/// Scans a file or folder before publishing it, to ensure that everything in it can be part of a
/// torrent under its own name.
struct ContentScan {
    /// A file or link.
    struct Entry: Equatable {
        /// The path, starting with the name of the scanned file or folder.
        let path: FilePath
        /// In bytes.
        let size: Int64
        var isExecutable: Bool
        /// The target of a link, relative to the scanned folder. nil for a file.
        let link: FilePath?
    }

    /// All files and links, ordered by the bytes of their paths.
    var entries: [Entry] = []

    /// Folders without a file or a link at any depth, which a torrent cannot contain.
    private(set) var emptyFolders: [FilePath] = []

    /// The total size of all files in bytes.
    var size: Int64 { entries.reduce(0) { $0 + $1.size } }

    /// libtorrent's limit for v2 torrents (BEP 52).
    private static let deepestFolder = 90
    /// libtorrent's limit.
    private static let mostLinks = 32_766
    /// BitComet's name for padding. libtorrent treats a file with this name as zeros.
    private static let padding = "_____padding_file_"

    private let root: FilePath
    private let rootName: FilePath
    private var linkCount = 0

    /// Throws if an entry cannot be read, is not a file, folder or link, is a link out of the
    /// folder, or has a name that a torrent cannot contain.
    init(_ root: FilePath) throws(TorrentError) {
        self.root = root
        rootName = root.lastComponent.map { FilePath($0.string) } ?? ""
        try visit("", depth: 0)
    }

    /// The file at `path`, which has `size` bytes when it is complete and need not exist yet.
    init(arriving path: FilePath, size: Int64) throws(TorrentError) {
        root = path
        rootName = path.lastComponent.map { FilePath($0.string) } ?? ""
        try Self.checkName(path)
        entries = [Entry(path: rootName, size: size, isExecutable: false, link: nil)]
    }

    /// The files at `paths` below the folder `root`, which have these sizes when they are complete and need not
    /// exist yet.
    init(arriving files: [ArrivingFolder.File], in root: FilePath) throws(TorrentError) {
        self.root = root
        let name = root.lastComponent.map { FilePath($0.string) } ?? ""
        rootName = name
        try Self.checkName(root)
        for file in files {
            for component in file.path.components { try Self.checkName(FilePath(component.string)) }
        }
        entries = files.map {
            Entry(path: name.pushing($0.path), size: $0.size, isExecutable: false, link: nil)
        }
    }

    /// Scans the entry at `path`, relative to the root.
    private mutating func visit(_ path: FilePath, depth: Int) throws(TorrentError) {
        let place = root.pushing(path)
        try Self.checkName(place)
        var information = stat()
        let result = place.withPlatformString {
            depth == 0 ? stat($0, &information) : lstat($0, &information)
        }
        guard result == 0 else { throw Self.unreadable(place, Errno(rawValue: errno)) }
        switch information.st_mode & S_IFMT {
        case S_IFREG:
            guard place.withPlatformString({ access($0, R_OK) }) == 0 else {
                throw Self.unreadable(place, Errno(rawValue: errno))
            }
            entries.append(
                Entry(
                    path: rootName.pushing(path), size: Int64(information.st_size),
                    isExecutable: information.st_mode & S_IXUSR != 0, link: nil))
        case S_IFDIR:
            guard depth < Self.deepestFolder else {
                throw .invalid(
                    "\(place): folders are nested more than \(Self.deepestFolder) levels deep, more than a torrent can contain"
                )
            }
            let count = entries.count
            for name in try Self.names(in: place) {
                try visit(path.appending(name), depth: depth + 1)
            }
            if entries.count == count { emptyFolders.append(rootName.pushing(path)) }
        case S_IFLNK:
            linkCount += 1
            guard linkCount <= Self.mostLinks else {
                throw .invalid(
                    "\(root) has more than \(Self.mostLinks) symbolic links, more than a torrent can contain"
                )
            }
            entries.append(
                Entry(
                    path: rootName.pushing(path), size: 0, isExecutable: false,
                    link: try target(of: path)))
        default:
            throw .invalid(
                "\(place) is not a file, a folder or a symbolic link: a torrent cannot contain it")
        }
    }

    private static func names(in folder: FilePath) throws(TorrentError) -> [FilePath.Component] {
        let names: [FilePath]
        do throws(Errno) {
            names = try DirectoryStream(folder).names()
        } catch {
            throw unreadable(folder, error)
        }
        let data = names.filter { !FolderLock.isLeaseFile($0.string) }
        return data.compactMap(\.lastComponent).sorted { one, other in
            one.withPlatformString { one in other.withPlatformString { strcmp(one, $0) } } < 0
        }
    }

    /// Throws if a torrent cannot contain the last component of `path`.
    static func checkName(_ path: FilePath) throws(TorrentError) {
        // Names in a torrent are UTF-8 (BEP 3), and so are paths in the seed list.
        if let complaint = path.complaintUnlessText(like: "names in torrents") {
            throw .invalid(complaint)
        }
        guard path.lastComponent?.string.contains(padding) != true else {
            throw .invalid("\(path): other programs treat this name as padding: rename it")
        }
    }

    /// The target as written if that is a path in the torrent, otherwise the resolved target.
    private func target(of link: FilePath) throws(TorrentError) -> FilePath {
        let place = root.pushing(link)
        let real = try Self.real(
            place, orElse: { _ in .invalid("\(place) is a dangling symbolic link") })
        let top = try Self.real(root, orElse: { Self.unreadable(root, $0) })
        guard real.starts(with: top) else {
            throw .invalid(
                "\(place) is a symbolic link that points outside \(root): a torrent cannot contain it"
            )
        }
        guard real != top else {
            throw .invalid(
                "\(place) is a symbolic link to \(root) itself: a torrent cannot contain it")
        }
        let written = link.removingLastComponent().pushing(try Self.text(of: place))
            .lexicallyNormalized()
        let isOurs =
            written.isRelative && written.components.first?.kind == .regular
            && (try? root.pushing(written).resolved()) == real
        return isOurs
            ? written : FilePath(root: nil, real.components.dropFirst(top.components.count))
    }

    private static func text(of link: FilePath) throws(TorrentError) -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = link.withPlatformString { readlink($0, &buffer, Int(PATH_MAX)) }
        guard length >= 0 else { throw unreadable(link, Errno(rawValue: errno)) }
        return FilePath(platformString: buffer)
    }

    private static func real(
        _ path: FilePath, orElse failure: (Errno) -> TorrentError
    ) throws(TorrentError) -> FilePath {
        do throws(Errno) {
            return try path.resolved()
        } catch {
            throw failure(error)
        }
    }

    private static func unreadable(_ path: FilePath, _ error: Errno) -> TorrentError {
        .noInput("cannot read \(path): \(error)")
    }
}
