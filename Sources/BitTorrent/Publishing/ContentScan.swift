import Glibc
import LinuxSystem
import SystemPackage

/// A look at a file or folder before a torrent is made of it: everything in it can be part of one, under its
/// own name.
struct ContentScan {
    /// A file or link.
    struct Entry: Equatable {
        /// From the name of the file or folder that is scanned.
        let path: FilePath
        /// In bytes.
        let size: Int64
        let isExecutable: Bool
        /// What a link leads to, below the folder that is scanned; nil for a file.
        let link: FilePath?
    }

    /// All files and links, in the order of their paths' bytes.
    private(set) var entries: [Entry] = []

    /// All files, in bytes.
    var size: Int64 { entries.reduce(0) { $0 + $1.size } }

    /// What libtorrent reads of a torrent of version 2 (BEP 52).
    private static let deepestFolder = 90
    /// What libtorrent keeps of a torrent.
    private static let mostLinks = 32_766
    /// What BitComet calls its padding; libtorrent takes a file so called for zeros.
    private static let padding = "_____padding_file_"

    private let root: FilePath
    private let rootName: FilePath
    private var linkCount = 0

    /// Throws where something cannot be read, is neither file nor folder nor link, is a link that leads
    /// out of the folder, or has a name that a torrent cannot hold.
    init(_ root: FilePath) throws(TorrentError) {
        self.root = root
        rootName = root.lastComponent.map { FilePath($0.string) } ?? ""
        try visit("", depth: 0)
    }

    /// Goes through what is at `path`, below the root.
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
                    "\(place): folders are nested more than \(Self.deepestFolder) deep, which a torrent cannot hold"
                )
            }
            for name in try Self.names(in: place) {
                try visit(path.appending(name), depth: depth + 1)
            }
        case S_IFLNK:
            linkCount += 1
            guard linkCount <= Self.mostLinks else {
                throw .invalid(
                    "\(root) has more than \(Self.mostLinks) symbolic links, which a torrent cannot hold"
                )
            }
            entries.append(
                Entry(
                    path: rootName.pushing(path), size: 0, isExecutable: false,
                    link: try target(of: path)))
        default:
            throw .invalid(
                "\(place) is neither a file nor a folder nor a link: a torrent cannot hold it")
        }
    }

    private static func names(in folder: FilePath) throws(TorrentError) -> [FilePath.Component] {
        let names: [FilePath]
        do throws(Errno) {
            names = try DirectoryStream(folder).names()
        } catch {
            throw unreadable(folder, error)
        }
        return names.compactMap(\.lastComponent).sorted { one, other in
            one.withPlatformString { one in other.withPlatformString { strcmp(one, $0) } } < 0
        }
    }

    private static func checkName(_ path: FilePath) throws(TorrentError) {
        // Names in a torrent are UTF-8 (BEP 3), and so are paths on the seed list.
        if let complaint = path.complaintUnlessText(like: "names in torrents") {
            throw .invalid(complaint)
        }
        guard path.lastComponent?.string.contains(padding) != true else {
            throw .invalid("\(path): to other programs such a name stands for padding: rename it")
        }
    }

    /// As the link has it, where that is a path of the torrent's; else where it really leads.
    private func target(of link: FilePath) throws(TorrentError) -> FilePath {
        let place = root.pushing(link)
        let real = try Self.real(
            place, orElse: { _ in .invalid("\(place) is a link that leads nowhere") })
        let top = try Self.real(root, orElse: { Self.unreadable(root, $0) })
        guard real.starts(with: top) else {
            throw .invalid("\(place) is a link that leads out of \(root): a torrent cannot hold it")
        }
        guard real != top else {
            throw .invalid("\(place) is a link to \(root) itself: a torrent cannot hold it")
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
