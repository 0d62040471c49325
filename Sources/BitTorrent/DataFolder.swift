import Glibc
import LinuxSystem
import SystemPackage

/// The folder that data is fetched into.
struct DataFolder {
    /// Absolute.
    let path: FilePath

    /// Makes the folder where it is missing and makes sure that it can be written.
    init(preparing path: FilePath) throws(TorrentError) {
        do throws(Errno) {
            try Folder.make(path)
            guard path.withPlatformString({ access($0, W_OK | X_OK) }) == 0 else {
                throw Errno(rawValue: errno)
            }
            self.path = try Self.absolute(path)
        } catch {
            throw .cannotWrite(path, error)
        }
    }

    /// The folder that holds `name`: `path`, or where `path` is that very thing, the folder above it.
    init(holding name: String, at path: FilePath) throws(TorrentError) {
        do throws(Errno) {
            let absolute = try Self.absolute(path)
            let isRoot =
                !Self.exists(absolute.appending(name)) && absolute.lastComponent?.string == name
            self.path = isRoot ? absolute.removingLastComponent() : absolute
        } catch {
            throw .noInput("cannot read \(path): \(error)")
        }
    }

    private static func exists(_ path: FilePath) -> Bool {
        path.withPlatformString { access($0, F_OK) } == 0
    }

    /// Makes sure that `files` fit on the file system, beside what of them is allocated already.
    func checkSpace(for files: [TorrentFile]) throws(TorrentError) {
        let needed = files.reduce(Int64(0)) { $0 + max(0, $1.size - allocated($1)) }
        guard needed > 0, let available, needed > available else { return }
        throw .noSpace(needed: needed, available: available, folder: path)
    }

    /// Bytes that this user may still write; nil where the file system does not tell.
    private var available: Int64? {
        var information = statvfs()
        guard path.withPlatformString({ statvfs($0, &information) }) == 0 else { return nil }
        guard information.f_blocks > 0 else { return nil }
        return Int64(clamping: information.f_bavail &* information.f_frsize)
    }

    private func allocated(_ file: TorrentFile) -> Int64 {
        var information = stat()
        let found = path.pushing(FilePath(file.path)).withPlatformString { stat($0, &information) }
        return found == 0 ? Int64(information.st_blocks) * 512 : 0
    }

    private static func absolute(_ path: FilePath) throws(Errno) -> FilePath {
        let resolved = path.withPlatformString { realpath($0, nil) }
        guard let resolved else { throw Errno(rawValue: errno) }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}
