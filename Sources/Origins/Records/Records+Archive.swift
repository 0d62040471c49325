import BitTorrent
import Digest

/// The Internet Archive's metadata API: `GET /metadata/NAME`. It answers `{}` if there is no such item.
private struct ArchiveItem: Decodable {
    struct File: Decodable {
        let name: String
        /// `original`, `derivative` or `metadata`.
        let source: String?
        let format: String?
        /// A number in a string.
        let size: String?
        let md5: String?
        let sha1: String?

        /// False for what the Archive makes itself, from time to time anew: its descriptions of the item (`Metadata`)
        /// and the thumbnail (`__ia_thumb.jpg`). The archive lists both as originals.
        var isUploaded: Bool {
            source == "original" && format != "Metadata" && format != "Item Tile"
        }
    }

    let files: [File]?
    /// The item exists, and is not shown.
    let isDark: Bool?

    enum CodingKeys: String, CodingKey {
        case files
        case isDark = "is_dark"
    }
}

extension Records {
    /// The files that somebody has uploaded. All others are made anew by the Archive from time to time.
    func archive(_ server: RemoteURL, _ name: String) throws(TorrentError) -> Resolution {
        let item = try ask("metadata/\(name)", as: ArchiveItem.self)
        guard item.isDark != true else {
            throw .unavailable("\(shown): the item is not public")
        }
        guard let listed = item.files else {
            throw .noInput("\(shown): there is no such item. Is the identifier right?")
        }
        var files: [File] = []
        for file in listed where file.isUploaded {
            files.append(
                File(
                    path: file.name, size: file.size.flatMap { Int64($0) },
                    digest: file.sha1.flatMap { OriginDigest(.sha1, hex: $0) }
                        ?? file.md5.flatMap { OriginDigest(.md5, hex: $0) },
                    url: try url("download/\(name)/\(HubURI.encoded(file.name))")))
        }
        return try resolution(
            of: files, at: .archive(server, name),
            warning: uri.torrent == nil ? "\(shown) can change. Only a URI with xt= pins it" : nil)
    }
}
