import BitTorrent
import Digest
import LinuxSystem

/// An artifact or image in an OCI registry: `oci://REGISTRY/NAME[:TAG][@sha256:HEX]`.
public struct RegistryURI: Equatable, Sendable {
    /// The server, `https://HOST:PORT/`.
    public let server: RemoteURL
    /// The repository, such as `library/alpine`.
    public let repository: String
    /// nil for `latest`, or if there is a digest.
    public let tag: String?
    /// The digest of the manifest or index. nil if the URI is not pinned.
    public let digest: ContentDigest?
    /// Which image of an index. nil for that of this machine.
    public let platform: RegistryPlatform?
    /// The torrent of the data, without metadata. nil if it is unknown.
    public let torrent: MagnetLink?
    /// The name in DEST. nil for the last part of the repository's name, or the file's.
    public let name: FileName?
    /// The beginning of the URI up to the repository's name, as it was written.
    private let prefix: String

    /// The tag if none is given.
    static let usualTag = "latest"

    /// Parses a URI. nil if it does not begin with `oci://`, `oci+http://` or `oci+https://`.
    public init?(_ text: String) throws(RegistryURIError) {
        let text = text.trimmed
        guard text.lowercased().hasPrefix("oci"), let range = text.firstRange(of: "://") else {
            return nil
        }
        let scheme = text[..<range.lowerBound].lowercased()
        guard ["oci", "oci+http", "oci+https"].contains(scheme) else { return nil }
        let rest = text[range.upperBound...]
        let parts = rest.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let slash = parts[0].firstIndex(of: "/") else { throw .repository("") }
        let host = parts[0][..<slash]
        server = try Self.server(host, scheme)
        var reference = parts[0][parts[0].index(after: slash)...]
        (reference, digest) = try Self.splitDigest(reference)
        (reference, tag) = try Self.splitTag(reference)
        repository = try Self.repository(reference, of: host)
        prefix = "\(scheme)://\(host.lowercased())/\(reference)"
        let fragment = try RegistryFragment(parts.count > 1 ? parts[1] : "")
        (platform, torrent, name) = (fragment.platform, fragment.torrent, fragment.name)
    }

    /// How the API names the manifest: by its digest, or else by its tag.
    var reference: String { digest?.description ?? tag ?? Self.usualTag }

    /// The URI of the manifest with `digest`, without a fragment.
    public func pinned(to digest: ContentDigest) -> String { "\(prefix)@\(digest)" }

    /// The repository for a message.
    var shown: String { "\(server.authority)/\(repository)" }
}

extension RegistryURI {
    private static func server(
        _ host: Substring, _ scheme: String
    ) throws(RegistryURIError) -> RemoteURL {
        let isDockerHub = ["docker.io", "index.docker.io"].contains(host.lowercased())
        let place = isDockerHub ? "registry-1.docker.io" : String(host)
        do throws(RemoteURLError) {
            return try OriginServer.url(
                of: place, isPlain: scheme == "oci" ? nil : scheme == "oci+http")
        } catch {
            throw .registry(error)
        }
    }

    private static func splitDigest(
        _ text: Substring
    ) throws(RegistryURIError) -> (Substring, ContentDigest?) {
        guard let at = text.firstIndex(of: "@") else { return (text, nil) }
        guard let digest = ContentDigest(text[text.index(after: at)...]) else { throw .digest }
        return (text[..<at], digest)
    }

    private static func splitTag(
        _ text: Substring
    ) throws(RegistryURIError) -> (Substring, String?) {
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        let tag = text[text.index(after: colon)...]
        let isTag =
            (1...128).contains(tag.utf8.count) && !".-".contains(tag.first ?? ".")
            && tag.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isTag else { throw .tag }
        return (text[..<colon], String(tag))
    }

    private static func repository(
        _ text: Substring, of host: Substring
    ) throws(RegistryURIError) -> String {
        let isPart = { (part: Substring) in
            part.first?.isLowercaseOrDigit == true && part.last?.isLowercaseOrDigit == true
                && part.allSatisfy { $0.isLowercaseOrDigit || "._-".contains($0) }
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy(isPart), text.utf8.count <= 255 else {
            throw .repository(String(text))
        }
        let isOfficial = host.lowercased().hasSuffix("docker.io") && parts.count == 1
        return isOfficial ? "library/\(text)" : String(text)
    }
}

extension Character {
    fileprivate var isLowercaseOrDigit: Bool {
        ("a"..."z").contains(self) || ("0"..."9").contains(self)
    }
}

/// Why a URI of a registry is malformed.
public enum RegistryURIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host of the registry is malformed.
    case registry(RemoteURLError)
    /// The name of the repository is missing, or one that no repository has.
    case repository(String)
    /// The tag is malformed.
    case tag
    /// The digest is malformed.
    case digest
    /// The platform is malformed.
    case platform(String)
    /// Another part after `#` is malformed.
    case fragment(WebURIError)

    /// The reason, to follow the URI and a colon in a message.
    public var description: String {
        switch self {
        case .registry(let error): "the registry cannot be used: \(error)"
        case .repository(let name):
            """
            '\(name.excerpt(80))' is not the name of a repository: write oci://REGISTRY/NAME:TAG, in lower case
            """
        case .tag: "its tag is malformed"
        case .digest: "the part after '@' is not sha256: and 64 hexadecimal digits"
        case .platform(let text):
            "platform=\(text.excerpt(40)) is not like linux/arm64 or linux/arm/v7"
        case .fragment(let error): "\(error)"
        }
    }
}
