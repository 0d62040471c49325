import Glibc
import SystemPackage

/// A look at a file or folder before a torrent is made of it: everything in it can be part of one.
struct DataSurvey {
    /// All files, in bytes.
    private(set) var size: Int64 = 0

    /// Throws where something cannot be read, is neither file nor folder nor link, is a link that leads
    /// out of the folder, or has a name that is not UTF-8.
    init(_ root: FilePath) throws(TorrentError) {
        try visit(root, root: root, depth: 0)
    }

    private mutating func visit(_ path: FilePath, root: FilePath, depth: Int) throws(TorrentError) {
        try Self.requireText(path)
        var information = stat()
        let result = path.withPlatformString {
            depth == 0 ? stat($0, &information) : lstat($0, &information)
        }
        guard result == 0 else { throw Self.unreadable(path, errno) }
        switch information.st_mode & S_IFMT {
        case S_IFREG:
            guard path.withPlatformString({ access($0, R_OK) }) == 0 else {
                throw Self.unreadable(path, errno)
            }
            size += Int64(information.st_size)
        case S_IFDIR:
            guard depth < 128 else { throw .invalid("\(path): folders are nested too deep") }
            for name in try Self.entries(of: path) {
                try visit(path.appending(name), root: root, depth: depth + 1)
            }
        case S_IFLNK: try Self.checkLink(path, root: root)
        default:
            throw .invalid(
                "\(path) is neither a file nor a folder nor a link: a torrent cannot hold it")
        }
    }

    private static func entries(of folder: FilePath) throws(TorrentError) -> [FilePath.Component] {
        guard let stream = folder.withPlatformString({ opendir($0) }) else {
            throw unreadable(folder, errno)
        }
        defer { closedir(stream) }
        var names: [FilePath.Component] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    FilePath.Component(platformString: $0)
                }
            }
            if let name, name.kind == .regular { names.append(name) }
        }
        return names
    }

    /// Names in a torrent are UTF-8 (BEP 3), and so are paths on the seed list.
    private static func requireText(_ path: FilePath) throws(TorrentError) {
        if let complaint = path.complaintUnlessText(like: "names in torrents") {
            throw .invalid(complaint)
        }
    }

    private static func checkLink(_ link: FilePath, root: FilePath) throws(TorrentError) {
        guard let target = link.withPlatformString({ realpath($0, nil) }) else {
            throw .invalid("\(link) is a link that leads nowhere")
        }
        defer { free(target) }
        guard let top = root.withPlatformString({ realpath($0, nil) }) else {
            throw unreadable(root, errno)
        }
        defer { free(top) }
        guard FilePath(platformString: target).starts(with: FilePath(platformString: top)) else {
            throw .invalid("\(link) is a link that leads out of \(root): a torrent cannot hold it")
        }
    }

    private static func unreadable(_ path: FilePath, _ number: CInt) -> TorrentError {
        .noInput("cannot read \(path): \(Errno(rawValue: number))")
    }
}
