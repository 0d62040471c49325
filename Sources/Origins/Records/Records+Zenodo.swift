import BitTorrent
import Digest
import LinuxSystem

/// Zenodo's REST API: `GET /api/records/NUMBER`.
private struct ZenodoRecord: Decodable {
    struct File: Decodable {
        struct Links: Decodable {
            /// The URL of the content.
            let content: String

            enum CodingKeys: String, CodingKey {
                case content = "self"
            }
        }

        let key: String
        let size: Int64?
        /// `md5:HEX`.
        let checksum: String?
        let links: Links
    }

    let id: Int64
    let files: [File]?
}

extension Records {
    /// A number can be that of all versions of a record. The server then redirects to the newest.
    func zenodo(_ server: RemoteURL, _ number: String) throws(TorrentError) -> Resolution {
        let record = try ask("api/records/\(number)", as: ZenodoRecord.self)
        guard let files = record.files, !files.isEmpty else {
            throw .unavailable("\(shown): the server lists no files. \(advice)")
        }
        var all: [File] = []
        for file in files {
            all.append(
                File(
                    path: file.key, size: file.size, digest: digest(file.checksum),
                    url: try content(file.links.content)))
        }
        let place = RecordPlace.zenodo(server, "\(record.id)")
        let isOther = place != uri.place
        return try resolution(
            of: all, at: place,
            warning: isOther
                ? "\(shown) can move to other data. It is \(place.uri) now" : nil)
    }

    /// `md5:HEX`. nil if it is malformed or missing.
    private func digest(_ text: String?) -> OriginDigest? {
        guard let text, let colon = text.firstIndex(of: ":"),
            let function = HashFunction(rawValue: String(text[..<colon]))
        else { return nil }
        return OriginDigest(function, hex: text[text.index(after: colon)...])
    }

    /// A URL that the API names. Another server must not be able to reach, through us, what only we reach.
    private func content(_ link: String) throws(TorrentError) -> RemoteURL {
        guard let url = try? RemoteURL(link), url.credentials == nil,
            url.isOnSameServer(as: uri.server)
        else {
            throw .unavailable(
                "\(shown): the record names a file on another server: \(RemoteURL.redacted(link).excerpt(200))"
            )
        }
        return url
    }
}
