import BitTorrent
import LinuxSystem

/// A repository of the Hugging Face Hub, or a file or folder in it.
public struct HubURI: Equatable, Sendable {
    /// What a repository contains.
    public enum Kind: String, CaseIterable, Sendable {
        case model = "models"
        case dataset = "datasets"
        case space = "spaces"

        /// What precedes the repository's name in URIs, with its slash.
        var prefix: String { self == .model ? "" : "\(rawValue)/" }
    }

    /// A model, a data set or a space.
    public let kind: Kind
    /// `ORG/NAME`, or `NAME` for old models.
    public let repository: String
    /// A branch, a tag or a commit.
    public let revision: String
    /// The path of a file or folder. Empty for the whole repository.
    public let path: String
    /// The torrent of the data, without metadata. nil if it is unknown.
    public let torrent: MagnetLink?
    /// The name in DEST. nil for that of the repository, the folder or the file.
    public let name: FileName?

    /// The revision if none is given.
    public static let mainBranch = "main"

    /// Parses `hf://[datasets/|spaces/]ORG/NAME[@REVISION][/PATH]` and URLs of the Hub's pages, also
    /// at the mirror `endpoint`. nil for any other text.
    public init?(_ text: String, endpoint: RemoteURL?) throws(HubURIError) {
        let text = text.trimmed
        guard text.utf8.count <= TorrentURI.maximumLength else { throw .tooLong }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let fragment = parts.count > 1 ? parts[1] : ""
        guard let place = try HubPlace(parts[0], endpoint: endpoint, fragment: fragment) else {
            return nil
        }
        kind = place.kind
        repository = place.repository
        revision = place.revision
        path = place.path
        do throws(WebURIError) {
            (torrent, name) = try FragmentParts.ofDataSet(fragment)
        } catch {
            throw .fragment(error)
        }
    }

    /// True if the revision is a commit, which never changes.
    public var isPinned: Bool { Self.isCommit(revision) }

    static func isCommit(_ revision: some StringProtocol) -> Bool {
        revision.utf8.count == 40
            && revision.allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
    }

    /// The URI of the same place at `commit`, without a fragment.
    public func pinned(to commit: String) -> String {
        let path = path.isEmpty ? "" : "/\(Self.encoded(path))"
        return "hf://\(kind.prefix)\(repository)@\(commit)\(path)"
    }

    /// The repository for a message: `datasets/ORG/NAME`.
    var shown: String { "\(kind.prefix)\(repository)" }

    /// Percent-encoded, except for slashes.
    static func encoded(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false)
            .map { PercentEncoding.encoded(userinfo: String($0)) }.joined(separator: "/")
    }
}

/// Why a URI of the Hub is malformed.
public enum HubURIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is too long.
    case tooLong
    /// There is no name of a repository, or one that no repository has.
    case repository(String)
    /// The revision is empty or malformed.
    case revision
    /// The path is not percent-encoded UTF-8, or has an empty name, `.` or `..`.
    case path
    /// The part after `#` is malformed.
    case fragment(WebURIError)

    /// The reason, to follow the URI and a colon in a message.
    public var description: String {
        switch self {
        case .tooLong: "it is longer than \(TorrentURI.maximumLength) bytes"
        case .repository(let name):
            """
            '\(name.excerpt(80))' is not the name of a repository: write hf://ORG/NAME, hf://datasets/ORG/NAME or \
            hf://spaces/ORG/NAME
            """
        case .revision: "the revision after '@' is malformed"
        case .path: "its path is malformed"
        case .fragment(.part(let part)) where part == "sha256=":
            "a digest is not understood here: every file is verified by what the Hub says"
        case .fragment(let error): "\(error)"
        }
    }
}
