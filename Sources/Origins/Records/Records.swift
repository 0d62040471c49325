import BitTorrent
import Digest
import LinuxSystem

/// The APIs of Zenodo, Dataverse and the Internet Archive: which files a record has, and their digests.
public struct Records: Sendable {
    /// What a record is now.
    public struct Resolution: Sendable {
        /// Its files.
        public let manifest: OriginManifest
        /// The URI of this version of it, without a fragment.
        public let pinned: String
        /// What the user should know. Empty if nothing.
        public let warnings: [String]
    }

    /// A file as an API describes it.
    struct File {
        let path: String
        /// nil if it is missing.
        let size: Int64?
        /// nil if it is missing or malformed.
        let digest: OriginDigest?
        let url: RemoteURL
    }

    let uri: RecordURI
    let api: OriginAPI

    /// The longest answer in bytes.
    private static let longest = 32 << 20

    /// The record of `uri`. The secrets of `api` are for its server.
    public init(_ uri: RecordURI, api: OriginAPI) {
        self.uri = uri
        self.api = api
    }

    /// Asks for the list of files.
    public func resolve() throws(TorrentError) -> Resolution {
        switch uri.place {
        case .zenodo(let server, let number): try zenodo(server, number)
        case .dataverse(let server, let identifier, let version):
            try dataverse(server, identifier, version)
        case .archive(let server, let name): try archive(server, name)
        }
    }

    /// The manifest of the record at `place` with these files.
    func resolution(
        of files: [File], at place: RecordPlace, warning: String?
    ) throws(TorrentError) -> Resolution {
        var all: [ManifestFile] = []
        for file in files {
            guard let digest = file.digest, let size = file.size else {
                throw .invalid(
                    "\(shown): the server gives no digest or size of '\(file.path.excerpt(200))'")
            }
            all.append(
                ManifestFile(path: file.path, size: size, digest: digest, urls: [file.url]))
        }
        do {
            var manifest = try OriginManifest(
                name: try uri.name ?? FileName(place.name), root: .folder, files: all)
            manifest.secrets = api.secrets
            manifest.pin = uri.torrent
            return Resolution(
                manifest: manifest, pinned: place.uri,
                warnings: [warning, weakness(of: all)].compactMap { $0 })
        } catch {
            throw .invalid("\(shown): \(error)")
        }
    }

    /// nil if every digest is a strong one, or the URI has the info-hash.
    private func weakness(of files: [ManifestFile]) -> String? {
        guard uri.torrent == nil else { return nil }
        let functions = files.compactMap { file -> HashFunction? in
            if case .weak(let function, _) = file.digest { function } else { nil }
        }
        let kinds = [HashFunction.md5, .sha1].filter(functions.contains)
            .map { $0 == .md5 ? "MD5" : "SHA-1" }
        guard !kinds.isEmpty else { return nil }
        return """
            \(shown) has digests that are weak (\(kinds.joined(separator: ", "))): they show errors, but not \
            other data that somebody has made to match. Use the URI with xt= that is printed below
            """
    }

    // MARK: Requests

    /// The record for a message.
    var shown: String { uri.place.uri }

    /// Where `target` is on the server.
    func url(_ target: String) throws(TorrentError) -> RemoteURL {
        do throws(RemoteURLError) {
            return try uri.server.resolved("/\(target)")
        } catch {
            throw .invalid("\(shown): \(error)")
        }
    }

    /// Asks the API. Throws unless the answer is what `type` describes.
    func ask<Value: Decodable>(
        _ target: String, as type: Value.Type
    ) throws(TorrentError) -> Value {
        let url = try url(target)
        let answer = try api.get(url, fields: ["Accept: application/json"], limit: Self.longest)
        let place = "\(shown): the server answered \(answer.statusText)"
        switch answer.status {
        case 200: break
        case 404, 410: throw .noInput("\(place). Is the identifier right?")
        case 401, 403: throw .unavailable("\(place). \(advice)")
        default: throw .unavailable(place)
        }
        guard let value = answer.decoded(as: type) else {
            throw .unavailable("\(url.redacted): the answer is not that of the server's API")
        }
        return value
    }

    /// What to do if access is refused.
    var advice: String {
        """
        Its files are restricted: \(api.configuration.names[.headerFile]) can name a file with the token of a user who \
        may read them
        """
    }
}
