import BitTorrent
import Digest
import LinuxSystem

/// The URI of a file on a web server: its URL and, in the fragment, what is known about the file, such as
/// `https://host/file#sha256=HEX&xt=urn:btih:HEX&name=NAME`.
public struct WebURI: Equatable, Sendable {
    /// The URL without the fragment.
    public let url: RemoteURL
    /// The digest that the file must have. nil if none is known.
    public let digest: ContentDigest?
    /// The torrent of the file, without metadata. nil if it is unknown.
    public let torrent: MagnetLink?
    /// The name under which the file is stored. nil for the name in the URL.
    public let name: FileName?

    /// Parses a URI. nil if it is not an http or https URL.
    public init?(_ text: String) throws(WebURIError) {
        let text = text.trimmed
        let lowercased = text.prefix(8).lowercased()
        guard lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://") else {
            return nil
        }
        do throws(RemoteURLError) {
            url = try RemoteURL(text)
        } catch {
            throw .url(error)
        }
        let fragment = text.firstIndex(of: "#").map { text[text.index(after: $0)...] } ?? ""
        var parts = try FragmentParts(fragment)
        digest = parts.digest
        torrent = try parts.takeTorrent()
        name = parts.name
    }

    /// The URI of `url` with what is known about the file.
    public init(
        url: RemoteURL, digest: ContentDigest?, torrent: MagnetLink? = nil, name: FileName? = nil
    ) {
        self.url = url
        self.digest = digest
        self.torrent = torrent
        self.name = name
    }
}

/// Why a URI of a web server is malformed.
public enum WebURIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The URL is malformed.
    case url(RemoteURLError)
    /// A part of the fragment is unknown or malformed.
    case part(String)
    /// Two digests differ, or are of the same kind.
    case severalDigests
    /// An xt parameter is not the info-hash of a torrent.
    case torrent(String)
    /// The value of `name` cannot be the name of a file.
    case name(FileNameError)

    /// After a '#' in a password that is not percent-encoded, the rest of the password is in the fragment.
    private static func shown(_ part: String) -> String {
        Redaction.parameterName(part).excerpt(80)
    }

    /// The reason, to follow the URL and a colon in a message.
    public var description: String {
        switch self {
        case .url(let error): "\(error)"
        case .part(let part):
            """
            '\(Self.shown(part))' after the '#' is not understood. Known are sha256= with 64 hexadecimal digits, \
            sha512= with 128, xt=urn:btih: and name=, separated by '&'
            """
        case .severalDigests: "it has several digests: keep one"
        case .torrent(let value):
            "xt=\(Self.shown(value)) is not an info-hash: xt=urn:btih: and 40 hexadecimal digits"
        case .name(let error): "name= cannot be used: \(error)"
        }
    }
}
