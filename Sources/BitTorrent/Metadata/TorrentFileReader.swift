import Glibc
import LinuxSystem
import SystemPackage

/// Reads .torrent files, compressed with gzip or not.
enum TorrentFileReader {
    /// The maximum size of a .torrent in bytes, compressed or not.
    static let maximumSize = 64 << 20

    /// True if the file at `path` starts like a torrent, compressed or not.
    static func isLikely(at path: FilePath) -> Bool {
        var information = stat()
        // Opening anything except a regular file could block or have side effects.
        guard path.withPlatformString({ stat($0, &information) }) == 0,
            information.st_mode & S_IFMT == S_IFREG,
            let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        else { return false }
        var start = [UInt8](repeating: 0, count: 4096)
        let count = try? file.closeAfter {
            try start.withUnsafeMutableBytes { try file.read(into: $0) }
        }
        start = Array(start.prefix(count ?? 0))
        if Gzip.isOne(start) { start = (try? Gzip.unpacked(start, limit: 2).bytes) ?? [] }
        return TorrentDiagnosis.beginsAsTorrent(start)
    }

    /// Decompresses gzip, at most twice: a server may compress a file that is already compressed.
    static func unpacked(
        _ bytes: [UInt8], from place: String?
    ) throws(TorrentError) -> [UInt8] {
        var bytes = bytes
        for _ in 1...2 where Gzip.isOne(bytes) {
            do throws(Gzip.Damage) {
                // Data that does not start like a torrent is not decompressed further.
                let start = try Gzip.unpacked(bytes, limit: 4096).bytes
                guard Gzip.isOne(start) || TorrentDiagnosis.beginsAsTorrent(start) else {
                    let reason = TorrentDiagnosis.reason(start, parserSays: nil)
                    throw Gzip.Damage(reason: "decompressed, \(reason)")
                }
                let all = try Gzip.unpacked(bytes, limit: maximumSize)
                guard all.isWhole else {
                    throw Gzip.Damage(reason: "decompressed, it is larger than a torrent may be")
                }
                bytes = all.bytes
            } catch {
                throw TorrentDiagnosis.error(
                    "it is compressed with gzip; \(error.reason)", in: place)
            }
        }
        return bytes
    }

    /// The contents of the file at `path`.
    static func bytes(at path: FilePath) throws(TorrentError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 1 << 16)
                while bytes.count <= maximumSize {
                    let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
                    guard count > 0 else { return bytes }
                    bytes += chunk[..<count]
                }
                throw TorrentError.invalid(
                    """
                    \(path.shown) is too large for a torrent: it has more than \
                    \(ByteCount(Int64(maximumSize))). Is it the data itself?
                    """)
            }
        } catch let error as TorrentError {
            throw error
        } catch {
            throw .noInput(
                """
                cannot read the torrent \(path.shown): \(error). Is the path right, and the file copied \
                into the image?
                """)
        }
    }
}
