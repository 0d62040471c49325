import Glibc
import LinuxSystem
import SystemPackage

/// Reads .torrent files, as they are or compressed with gzip.
enum TorrentFileReader {
    /// The largest .torrent that is read, packed or not, in bytes.
    static let maximumSize = 64 << 20

    /// Whether the file at `path` begins as a torrent does, packed or not.
    static func isLikely(at path: FilePath) -> Bool {
        var information = stat()
        // Opening anything else may wait, or have effects.
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

    /// Undoes gzip, twice at most: a server may pack what is packed already.
    static func unpacked(
        _ bytes: [UInt8], from place: String?
    ) throws(TorrentError) -> [UInt8] {
        var bytes = bytes
        for _ in 1...2 where Gzip.isOne(bytes) {
            do throws(Gzip.Damage) {
                // Data that does not begin as a torrent is not decompressed any further.
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

    /// What is in the file at `path`.
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
