import Glibc
import LinuxSystem
import SystemPackage

/// The folder to which data is downloaded.
package struct SaveFolder {
    /// An absolute path.
    package let path: FilePath

    /// An existing folder at an absolute path.
    init(at path: FilePath) {
        self.path = path
    }

    /// Creates the folder if it is missing and checks that it is writable.
    package init(preparing path: FilePath) throws(TorrentError) {
        do throws(Errno) {
            try Folder.make(path)
            try Folder.checkWritable(path)
            self.path = try path.resolved()
        } catch {
            throw .cannotWrite(path, error)
        }
        try Self.requireText(self.path)
    }

    /// The folder that contains `name`: `path`, or its parent if `path` is the item itself.
    package init(holding name: String, at path: FilePath) throws(TorrentError) {
        do throws(Errno) {
            let absolute = try path.resolved()
            let isRoot = !absolute.appending(name).exists && absolute.isNamed(name)
            self.path = isRoot ? absolute.removingLastComponent() : absolute
        } catch {
            throw .noInput(
                "cannot read the data at \(path): \(error). Give the folder that contains the data")
        }
        try Self.requireText(self.path)
    }

    /// Paths in the seed list must be UTF-8.
    private static func requireText(_ path: FilePath) throws(TorrentError) {
        if let complaint = path.complaintUnlessText(like: "paths on the seed list") {
            throw .invalid(complaint)
        }
    }

    /// Checks that `files` fit on the file system, given what is already allocated. Skips files
    /// that have their full size, because their missing bytes are known only after verification.
    func checkSpace(for files: [TorrentFile]) throws(TorrentError) {
        // There is usually enough space for everything, and then each file is examined only once.
        guard shortage(needed(for: files)) != nil else { return }
        try checkSpace(needed(for: files.filter { !hasFullSize($0) }))
    }

    /// Checks that the `missing` bytes of `files` fit on the file system. Holes of a sparse file
    /// count as present, and blocks already allocated do not count as missing.
    func checkSpace(for files: [TorrentFile], missing: Int64) throws(TorrentError) {
        guard shortage(missing) != nil else { return }
        try checkSpace(min(missing, needed(for: files)))
    }

    /// Checks that `needed` more bytes fit on the file system.
    package func checkSpace(_ needed: Int64) throws(TorrentError) {
        guard let shortage = shortage(needed) else { return }
        throw .noSpace(needed: shortage.needed, available: shortage.available, folder: path)
    }

    /// nil if `needed` bytes fit, or the free space is unknown.
    package func shortage(_ needed: Int64) -> SpaceShortage? {
        guard needed > 0, let available, needed > available else { return nil }
        return SpaceShortage(needed: needed, available: available)
    }

    /// Bytes that still have to be allocated for `files`.
    func needed(for files: [TorrentFile]) -> Int64 {
        files.reduce(Int64(0)) { $0 + max(0, $1.size - allocated($1)) }
    }

    /// True if all `files` exist with their full size, whatever they contain.
    func holds(_ files: [TorrentFile]) -> Bool {
        files.allSatisfy(hasFullSize)
    }

    private func hasFullSize(_ file: TorrentFile) -> Bool {
        guard let status = status(of: file) else { return false }
        return file.size == 0 || Int64(status.st_size) == file.size
    }

    /// Bytes that this user may still write. nil if unknown.
    private var available: Int64? {
        guard let information = fileSystem, information.f_blocks > 0 else { return nil }
        return Int64(clamping: information.f_bavail &* information.f_frsize)
    }

    /// True if both folders use the same free space. An overlay file system reports the numbers of
    /// its underlying file system, so this also detects a folder of the host.
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

/// A lack of disk space.
package struct SpaceShortage: CustomStringConvertible {
    /// In bytes.
    package let needed: Int64
    /// In bytes.
    package let available: Int64

    /// Bytes that would have to be freed.
    var lacking: Int64 { needed - available }

    package var description: String {
        "\(ByteCount(needed)) are needed and \(ByteCount(available)) are free"
    }
}

extension FilePath {
    /// Compares bytes, because different names can look alike.
    fileprivate func isNamed(_ name: String) -> Bool {
        lastComponent?.string.utf8.elementsEqual(name.utf8) == true
    }

    /// True if the path exists. Follows links.
    var exists: Bool {
        withPlatformString { access($0, F_OK) } == 0
    }
}
