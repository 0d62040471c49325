import CLibtorrent
import Glibc
import LinuxSystem
import SystemPackage

/// What is known of one torrent: its info-hashes, and as far as they are known its metadata,
/// trackers, web seeds, peers and the selection of files.
public final class TorrentParameters: @unchecked Sendable {
    // Not changed after it was made, but by `addTracker` and `select`, which its one owner calls first.
    let handle: OpaquePointer

    /// Why trackers and web seeds of the file were left out, in words for the user.
    private(set) var warnings: [String] = []

    init(takingOver handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        pierdat_params_free(handle)
    }

    /// From the bytes of a .torrent file (BEP 3, BEP 52), compressed with gzip or not. `place` is where they are
    /// from, for messages. Throws what is wrong with them.
    public convenience init(
        torrent packed: [UInt8], from place: String? = nil
    ) throws(TorrentError) {
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

    /// From a .torrent file.
    public convenience init(contentsOf path: FilePath) throws(TorrentError) {
        try self.init(torrent: TorrentFileReader.bytes(at: path), from: path.shown)
    }

    /// What it is called and known by.
    public var summary: TorrentSummary {
        let summary = pierdat_params_identity(handle)
        defer { pierdat_identity_free(summary) }
        return TorrentSummary(summary)
    }

    /// The bytes of a .torrent file that holds all that is known.
    public func encoded() throws(TorrentError) -> [UInt8] {
        var error = pierdat_error()
        let bytes = pierdat_params_write(handle, &error)
        defer { pierdat_bytes_free(bytes) }
        guard let data = bytes.data else {
            throw .invalid("the torrent cannot be saved: \(error.text)")
        }
        return Array(UnsafeBufferPointer(start: data, count: bytes.length))
    }

    /// Adds a tracker to announce to, in a tier of its own behind the others (BEP 12).
    public func addTracker(_ url: RemoteURL, tier: Int) {
        pierdat_params_add_tracker(handle, url.text, CInt(clamping: tier))
    }

    /// The URLs of its web seeds (BEP 19).
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

    /// All files of the metadata, padding included, with their paths below the folder. Empty without metadata.
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

    /// The files that the data is made of, as far as they are wanted.
    var wantedFiles: [TorrentFile] { files.filter { $0.isWanted && !$0.isPadding } }

    /// Chooses files, one entry for each of `files`. Without metadata give no entry:
    /// nothing is wanted then.
    func select(_ wanted: [Bool]) {
        pierdat_params_select(handle, wanted, wanted.count)
    }

    /// These parameters with the metadata of `other`, a torrent of the same info-hash.
    func adding(metadataOf other: TorrentParameters) throws(TorrentError) -> TorrentParameters {
        var error = pierdat_error()
        guard let merged = pierdat_params_with_metadata(handle, other.handle, &error) else {
            throw .invalid(error.text)
        }
        return TorrentParameters(takingOver: merged)
    }
}

extension pierdat_error {
    /// What went wrong, in libtorrent's words.
    var text: String {
        withUnsafeBytes(of: message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).onOneLine
        }
    }
}
