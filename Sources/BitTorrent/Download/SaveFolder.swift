import Glibc
import LinuxSystem
import SystemPackage

/// The folder that data is fetched into.
struct SaveFolder {
    /// Absolute.
    let path: FilePath

    /// The folder at an absolute path, which is there.
    init(at path: FilePath) {
        self.path = path
    }

    /// Makes the folder where it is missing and makes sure that it can be written.
    init(preparing path: FilePath) throws(TorrentError) {
        do throws(Errno) {
            try Folder.make(path)
            try Folder.checkWritable(path)
            self.path = try path.resolved()
        } catch {
            throw .cannotWrite(path, error)
        }
        try Self.requireText(self.path)
    }

    /// The folder that holds `name`: `path`, or where `path` is that very thing, the folder above it.
    init(holding name: String, at path: FilePath) throws(TorrentError) {
        do throws(Errno) {
            let absolute = try path.resolved()
            let isRoot = !absolute.appending(name).exists && absolute.isNamed(name)
            self.path = isRoot ? absolute.removingLastComponent() : absolute
        } catch {
            throw .noInput(
                "cannot read the data at \(path): \(error). Give the folder that the data is in")
        }
        try Self.requireText(self.path)
    }

    /// The seed list has no other paths.
    private static func requireText(_ path: FilePath) throws(TorrentError) {
        if let complaint = path.complaintUnlessText(like: "paths on the seed list") {
            throw .invalid(complaint)
        }
    }

    /// Makes sure that `files` fit on the file system, beside what of them is allocated already. Those that
    /// have their full size are left out: what is missing of them is known once their data is verified.
    func checkSpace(for files: [TorrentFile]) throws(TorrentError) {
        // Mostly there is room for all of it, and each file need be looked at but once.
        guard shortage(needed(for: files)) != nil else { return }
        try checkSpace(needed(for: files.filter { !hasFullSize($0) }))
    }

    /// Makes sure that the `missing` bytes of `files` fit on the file system. Holes of a sparse file count as
    /// present, blocks that are allocated for pieces to come do not count as missing.
    func checkSpace(for files: [TorrentFile], missing: Int64) throws(TorrentError) {
        guard shortage(missing) != nil else { return }
        try checkSpace(min(missing, needed(for: files)))
    }

    private func checkSpace(_ needed: Int64) throws(TorrentError) {
        guard let shortage = shortage(needed) else { return }
        throw .noSpace(needed: shortage.needed, available: shortage.available, folder: path)
    }

    /// nil where `needed` bytes fit on the file system, and where it does not tell.
    func shortage(_ needed: Int64) -> SpaceShortage? {
        guard needed > 0, let available, needed > available else { return nil }
        return SpaceShortage(needed: needed, available: available)
    }

    /// Bytes that are yet to be allocated for `files`.
    func needed(for files: [TorrentFile]) -> Int64 {
        files.reduce(Int64(0)) { $0 + max(0, $1.size - allocated($1)) }
    }

    /// Whether all of `files` are there with the sizes that they should have, if not with the data.
    func holds(_ files: [TorrentFile]) -> Bool {
        files.allSatisfy(hasFullSize)
    }

    private func hasFullSize(_ file: TorrentFile) -> Bool {
        guard let status = status(of: file) else { return false }
        return file.size == 0 || Int64(status.st_size) == file.size
    }

    /// Bytes that this user may still write; nil where the file system does not tell.
    private var available: Int64? {
        guard let information = fileSystem, information.f_blocks > 0 else { return nil }
        return Int64(clamping: information.f_bavail &* information.f_frsize)
    }

    /// Whether what is written to one folder is missing in the other. An overlay, as that of a container,
    /// tells the numbers of the file system below it, which it shares with the host's folders.
    func sharesSpace(with other: SaveFolder) -> Bool {
        guard let one = fileSystem, let two = other.fileSystem else { return false }
        return one.f_blocks == two.f_blocks && one.f_bavail == two.f_bavail
            && one.f_ffree == two.f_ffree
    }

    private var fileSystem: statvfs? {
        var information = statvfs()
        guard path.withPlatformString({ statvfs($0, &information) }) == 0 else { return nil }
        return information
    }

    private func allocated(_ file: TorrentFile) -> Int64 {
        status(of: file).map { Int64($0.st_blocks) * 512 } ?? 0
    }

    private func status(of file: TorrentFile) -> stat? {
        var information = stat()
        let found = path.pushing(file.path).withPlatformString { stat($0, &information) }
        return found == 0 ? information : nil
    }
}

/// More is to be written than a file system has room for.
struct SpaceShortage: CustomStringConvertible {
    /// In bytes.
    let needed: Int64
    /// In bytes.
    let available: Int64

    /// Bytes that would have to be freed.
    var lacking: Int64 { needed - available }

    var description: String {
        "\(ByteCount(needed)) are needed and \(ByteCount(available)) are free"
    }
}

extension FilePath {
    /// Whether it ends in these very bytes: names may look alike and be others.
    fileprivate func isNamed(_ name: String) -> Bool {
        lastComponent?.string.utf8.elementsEqual(name.utf8) == true
    }

    /// Whether there is something, links followed.
    var exists: Bool {
        withPlatformString { access($0, F_OK) } == 0
    }
}
