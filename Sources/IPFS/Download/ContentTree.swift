import BitTorrent
import LinuxSystem
import Origins
import SystemPackage

/// The names of the data so far: a file, or the files and folders of a folder.
struct ContentTree {
    /// Files that are complete, relative to the data.
    private(set) var files: [FilePath] = []
    private(set) var folders: [FilePath] = []
    /// Symbolic links, which are left out.
    private(set) var links: [FilePath] = []
    private var entryCount = 0
    private var shardCount = 0

    private static let mostEntries = 200_000
    /// libtorrent's limit.
    private static let deepest = 90

    /// All that is downloaded. Folders that only contain others may be missing.
    var paths: [FilePath] { files + folders }

    mutating func add(file: FilePath) { files.append(file) }
    mutating func add(folder: FilePath) { folders.append(folder) }
    mutating func add(link: FilePath) { links.append(link) }

    /// Counts a further node of a sharded folder. It need not have an entry, so the number of entries is no limit.
    mutating func countShard() throws(TorrentError) {
        shardCount += 1
        guard shardCount <= Self.mostEntries else {
            throw .invalid("the sharded folders have more than \(Self.mostEntries) nodes")
        }
    }

    /// Checks the names of some entries of the folder at `path`. Throws if one cannot be a file in a torrent.
    mutating func paths(
        of names: [String], in path: FilePath
    ) throws(TorrentError) -> [FilePath] {
        entryCount += names.count
        guard entryCount <= Self.mostEntries else {
            throw .invalid("the folder has more than \(Self.mostEntries) entries")
        }
        guard path.components.count < Self.deepest else {
            throw .invalid(
                "\(path): folders are nested more than \(Self.deepest) levels deep, more than a torrent can contain"
            )
        }
        var paths: [FilePath] = []
        for name in names { paths.append(path.appending(try Self.checked(name, in: path))) }
        return paths
    }

    private static func checked(_ name: String, in path: FilePath) throws(TorrentError) -> String {
        let place = path.isEmpty ? "the folder" : "the folder \(path)"
        do throws(FileNameError) {
            let name = try FileName(name).text
            guard !name.contains("_____padding_file_"), !(path.isEmpty && name == ".pad") else {
                throw .badCharacter
            }
            return name
        } catch {
            let why =
                error == .badCharacter
                ? "it has a control character, or is reserved for padding in torrents" : "\(error)"
            throw .invalid(
                "\(place) has an entry '\(name.excerpt(80))' that cannot be written: \(why)")
        }
    }

    /// Throws if the folder at `root` has something else than the data.
    func checkNothingElse(in root: FilePath) throws(TorrentError) {
        var own = Set<FilePath>()
        for var path in paths {
            while !path.isEmpty, own.insert(path).inserted { path.removeLastComponent() }
        }
        try FolderTree(root).visit { (file: FileInTree) throws(TorrentError) in
            guard !file.path.isEmpty, !own.contains(file.path) else { return }
            throw .inTheWay(
                """
                \(root): \(root.pushing(file.path).shown.onOneLine) is not part of the data, and would be seeded with \
                it. Delete it, or choose another DEST
                """)
        }
    }
}
