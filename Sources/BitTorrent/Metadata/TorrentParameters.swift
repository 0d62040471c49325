import CLibtorrent
import Glibc
import LinuxSystem
import SystemPackage

/// A torrent: its info-hashes and, as far as known, its metadata, trackers, web seeds, peers and
/// file selection.
public final class TorrentParameters: @unchecked Sendable {
    // Changed only by `addTracker`, `select` and `digest`, which its owner uses before sharing it.
    let handle: OpaquePointer

    /// Why trackers and web seeds of the file were ignored, as messages for the user.
    private(set) var warnings: [String] = []

    init(takingOver handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        pierdat_params_free(handle)
    }

    /// Parses a .torrent file (BEP 3, BEP 52), compressed with gzip or not. `place` is its origin,
    /// for messages. Throws if it is malformed. Ignores a digest in it, because anybody can claim one.
    public convenience init(
        torrent packed: [UInt8], from place: String? = nil
    ) throws(TorrentError) {
        try self.init(parsing: packed, from: place)
        digest = nil
    }

    private convenience init(parsing packed: [UInt8], from place: String?) throws(TorrentError) {
        let bytes = try TorrentFileReader.unpacked(packed, from: place)
        var error = pierdat_error()
        guard let handle = pierdat_params_from_torrent(bytes, bytes.count, &error) else {
            throw error.shortage
                ?? TorrentDiagnosis.error(
                    TorrentDiagnosis.reason(bytes, parserSays: error.text), in: place)
        }
        self.init(takingOver: handle)
        warnings = parsingURLs()
    }

    /// Reads a .torrent file. Ignores a digest in it, because anybody can claim one.
    public convenience init(contentsOf path: FilePath) throws(TorrentError) {
        try self.init(torrent: TorrentFileReader.bytes(at: path), from: path.shown)
    }

    /// Reads a .torrent file that a ``TorrentStore`` saved or the seed list names, with its digest.
    public convenience init(savedAt path: FilePath) throws(TorrentError) {
        try self.init(parsing: TorrentFileReader.bytes(at: path), from: path.shown)
    }

    /// The name and info-hashes.
    public var summary: TorrentSummary {
        let summary = pierdat_params_identity(handle)
        defer { pierdat_identity_free(summary) }
        return TorrentSummary(summary)
    }

    /// The torrent as a .torrent file with everything that is known.
    public func encoded() throws(TorrentError) -> [UInt8] {
        var error = pierdat_error()
        let bytes = pierdat_params_write(handle, &error)
        defer { pierdat_bytes_free(bytes) }
        guard let data = bytes.data else {
            throw .invalid("the torrent cannot be saved: \(error.text)")
        }
        return Array(UnsafeBufferPointer(start: data, count: bytes.length))
    }

    /// Adds a tracker in the tier `tier` (BEP 12).
    public func addTracker(_ url: RemoteURL, tier: Int) {
        pierdat_params_add_tracker(handle, url.text, CInt(clamping: tier))
    }

    /// The URLs of the web seeds (BEP 19).
    var webSeeds: [String] {
        var urls: [String] = []
        withUnsafeMutablePointer(to: &urls) { collected in
            pierdat_params_web_seeds(handle, collected) { context, url in
                guard let context, let url else { return }
                context.assumingMemoryBound(to: [String].self).pointee.append(
                    String(cString: url))
            }
        }
        return urls
    }

    /// All files of the metadata, including padding, with paths relative to the folder. Empty
    /// without metadata.
    public var files: [TorrentFile] {
        var files: [TorrentFile] = []
        withUnsafeMutablePointer(to: &files) { collected in
            pierdat_params_files(handle, collected) { context, path, size, isPadding, isWanted in
                guard let context, let path else { return }
                context.assumingMemoryBound(to: [TorrentFile].self).pointee.append(
                    TorrentFile(
                        path: FilePath(platformString: path), size: size, isPadding: isPadding,
                        isWanted: isWanted))
            }
        }
        return files
    }

    /// The wanted files, without padding.
    var wantedFiles: [TorrentFile] { files.filter { $0.isWanted && !$0.isPadding } }

    /// Selects files, with one entry for each of `files`. Without metadata, `wanted` must be empty,
    /// and nothing is wanted.
    func select(_ wanted: [Bool]) {
        pierdat_params_select(handle, wanted, wanted.count)
    }

    /// A copy with the metadata of `other`, which must have the same info-hash.
    func adding(metadataOf other: TorrentParameters) throws(TorrentError) -> TorrentParameters {
        var error = pierdat_error()
        guard let merged = pierdat_params_with_metadata(handle, other.handle, &error) else {
            throw .invalid(error.text)
        }
        return TorrentParameters(takingOver: merged)
    }
}

extension pierdat_error {
    /// libtorrent's error message.
    var text: String {
        withUnsafeBytes(of: message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).onOneLine
        }
    }
}
