import BitTorrent
import Digest

/// Dataverse's native API: `GET /api/datasets/:persistentId/versions/VERSION?persistentId=…`.
private struct DataverseAnswer: Decodable {
    struct Version: Decodable {
        let versionNumber: Int?
        let versionMinorNumber: Int?
        let files: [Entry]
    }

    struct Entry: Decodable {
        let label: String
        let directoryLabel: String?
        let dataFile: DataFile
    }

    struct DataFile: Decodable {
        struct Checksum: Decodable {
            /// `MD5`, `SHA-1`, `SHA-256` or `SHA-512`.
            let type: String
            let value: String
        }

        let id: Int64
        let filesize: Int64?
        let checksum: Checksum?
        /// Set for a table that the server has converted. The checksum is that of the original.
        let originalFileFormat: String?
        let originalFileName: String?
        let originalFileSize: Int64?
    }

    let data: Version
}

extension Records {
    func dataverse(
        _ server: RemoteURL, _ identifier: String, _ version: String?
    ) throws(TorrentError) -> Resolution {
        let query = "persistentId=\(PercentEncoding.encoded(userinfo: identifier))"
        let found = try ask(
            "api/datasets/:persistentId/versions/\(version ?? ":latest-published")?\(query)",
            as: DataverseAnswer.self
        ).data
        var files: [File] = []
        for entry in found.files { files.append(try file(entry)) }
        let current = found.versionNumber.map { "\($0).\(found.versionMinorNumber ?? 0)" }
        let place = RecordPlace.dataverse(server, identifier, version: current ?? version)
        return try resolution(
            of: files, at: place,
            warning: version == nil
                ? "\(shown) can move to other data. It is \(place.uri) now" : nil)
    }

    private func file(_ entry: DataverseAnswer.Entry) throws(TorrentError) -> File {
        let data = entry.dataFile
        let isConverted = data.originalFileFormat != nil
        // Without its name and size, the original cannot be verified.
        let name = isConverted ? data.originalFileName ?? entry.label : entry.label
        let folder = entry.directoryLabel.map { $0.isEmpty ? "" : "\($0)/" } ?? ""
        let suffix = isConverted ? "?format=original" : ""
        return File(
            path: folder + name, size: isConverted ? data.originalFileSize : data.filesize,
            digest: data.checksum.flatMap { checksum in
                let kind = checksum.type.lowercased().filter { $0 != "-" }
                return HashFunction(rawValue: kind).flatMap {
                    OriginDigest($0, hex: checksum.value)
                }
            },
            url: try url("api/access/datafile/\(data.id)\(suffix)"))
    }
}
