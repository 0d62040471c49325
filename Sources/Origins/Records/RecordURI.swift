import BitTorrent
import LinuxSystem

/// A record of Zenodo, a data set in a Dataverse, or an item of the Internet Archive.
public struct RecordURI: Equatable, Sendable {
    /// Where and what the record is.
    let place: RecordPlace
    /// The torrent of the data, without metadata. nil if it is unknown.
    public let torrent: MagnetLink?
    /// The name in DEST. nil for the usual one.
    public let name: FileName?

    /// The server whose API has the record.
    public var server: RemoteURL { place.server }

    /// Parses `zenodo:ID`, `doi:10.5281/zenodo.ID`, `dataverse:HOST/doi:DOI[@VERSION]`, `archive:ID`, and the URLs of
    /// their pages. nil for any other text.
    public init?(_ text: String) throws(RecordURIError) {
        let text = text.trimmed
        guard text.utf8.count <= TorrentURI.maximumLength else { return nil }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { return nil }
        let fragment = parts.count > 1 ? parts[1] : ""
        guard let place = try RecordPlace(first) else { return nil }
        // The backend http verifies the digest of a URL.
        let isPage = first.lowercased().hasPrefix("http")
        guard !isPage || !fragment.lowercased().contains("sha") else { return nil }
        self.place = place
        do throws(WebURIError) {
            (torrent, name) = try FragmentParts.ofDataSet(fragment)
        } catch {
            throw .fragment(error)
        }
    }
}

/// Why the URI of a record is malformed.
public enum RecordURIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The server is missing or malformed.
    case server(RemoteURLError)
    /// There is no identifier, or one that no record has.
    case identifier
    /// A DOI alone does not say which server has the data.
    case otherDOI
    /// The version of a data set is malformed.
    case version
    /// The part after `#` is malformed.
    case fragment(WebURIError)

    /// The reason, to follow the URI and a colon in a message.
    public var description: String {
        switch self {
        case .server(let error): "the server cannot be used: \(error)"
        case .identifier:
            "this is not a record: write zenodo:NUMBER, dataverse:HOST/doi:DOI or archive:NAME"
        case .otherDOI:
            """
            only DOIs of Zenodo say which server has the data. For a data set in a Dataverse write dataverse:HOST/doi:DOI
            """
        case .version: "the version after '@' is not like 1.0"
        case .fragment(.part(let part)) where part == "sha256=":
            "a digest is not understood here: every file is verified by what the server says"
        case .fragment(let error): "\(error)"
        }
    }
}
