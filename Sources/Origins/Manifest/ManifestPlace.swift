import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Where the files of a manifest are: in DEST under their final names once they are verified, and until then in a
/// hidden folder of DEST.
struct ManifestPlace {
    let manifest: OriginManifest
    let destination: FilePath
    let hidden: HiddenFolder
    /// True if verified files wait in the hidden folder until all of them match the pin, so that DEST keeps its data until
    /// then.
    var isStaging = false
    /// Paths that some file systems take for the same as another one, in lower case. (Equality of strings ignores
    /// how characters are composed, as such file systems do.)
    private let similar: Set<String>

    /// Creates the hidden folder in `destination`.
    init(of manifest: OriginManifest, in destination: FilePath) throws(TorrentError) {
        self.manifest = manifest
        self.destination = destination
        similar = Set(
            Dictionary(grouping: manifest.files) { $0.path.lowercased() }
                .filter { $0.value.count > 1 }.keys)
        hidden = try HiddenFolder(in: destination, key: manifest.key)
    }

    /// The file or folder of the data set, where its verified files gather.
    var root: FilePath { (isStaging ? swarm : destination).appending(manifest.name.text) }

    /// The place of a verified file.
    func path(of file: ManifestFile) -> FilePath {
        destination.pushing(manifest.path(of: file))
    }

    /// Where a swarm puts its files until they are verified, and where files are staged.
    var swarm: FilePath { hidden.path.appending("swarm") }

    /// The place of a file that a swarm has sent.
    func swarmPath(of file: ManifestFile) -> FilePath {
        swarm.pushing(manifest.path(of: file))
    }

    /// Throws if something other than a file has the file's name, or one of its folders' names. A link is such a
    /// thing: it could lead out of DEST.
    func checkIsFree(_ file: ManifestFile) throws(TorrentError) {
        let path = path(of: file)
        if let kind = FileStatus(withoutFollowing: path)?.kind, kind == .folder || kind == .other {
            throw .inTheWay("\(path.string.onOneLine): there is something else with this name")
        }
        var folder = path.removingLastComponent()
        while folder != destination, !folder.isEmpty {
            if let kind = FileStatus(withoutFollowing: folder)?.kind, kind != .folder {
                throw .inTheWay(
                    "\(path.string.onOneLine): \(folder.string.onOneLine) is not a folder")
            }
            folder.removeLastComponent()
        }
    }

    /// Throws if the file system takes the file's name for that of another file.
    private func checkIsDistinct(_ file: ManifestFile, at path: FilePath) throws(TorrentError) {
        guard similar.contains(file.path.lowercased()),
            FileStatus(withoutFollowing: path) != nil, let name = path.lastComponent
        else { return }
        let names = FolderTree(path.removingLastComponent()).names()
        guard !names.contains(where: { $0.lastComponent == name }) else { return }
        throw .inTheWay(
            "\(path.string.onOneLine): this file system takes the name for that of another file")
    }

    /// Gives a verified file its final name, in the place of a file that may have it.
    func release(_ file: ManifestFile, from hidden: FilePath) throws(TorrentError) {
        try checkIsFree(file)
        try move(file, from: hidden, to: path(of: file))
    }

    /// Puts a verified file with the others: where it is staged, or under its final name.
    func keep(_ file: ManifestFile, from hidden: FilePath) throws(TorrentError) {
        guard isStaging else { return try release(file, from: hidden) }
        try move(file, from: hidden, to: swarmPath(of: file))
    }

    private func move(
        _ file: ManifestFile, from hidden: FilePath, to path: FilePath
    ) throws(TorrentError) {
        try checkIsDistinct(file, at: path)
        do throws(Errno) {
            try Folder.make(path.removingLastComponent())
        } catch {
            throw .cannotWrite(path.removingLastComponent(), error)
        }
        let isMoved = hidden.withPlatformString { from in
            path.withPlatformString { rename(from, $0) == 0 }
        }
        guard isMoved else {
            let error = Errno(rawValue: errno)
            throw .cannotWrite(path, error)
        }
    }

    /// Makes a verified file in DEST one of the swarm's files, too, as a further name of it. Returns false if the file
    /// system cannot do that.
    func lend(_ file: ManifestFile) -> Bool {
        let path = swarmPath(of: file)
        try? Folder.make(path.removingLastComponent())
        return path.withPlatformString { new in
            unlink(new)
            return self.path(of: file).withPlatformString { Glibc.link($0, new) == 0 }
        }
    }

    /// Deletes what a swarm has sent.
    func clearSwarm() {
        HiddenFolder.delete(swarm)
    }
}
