import Digest
import LinuxSystem
import SystemPackage

/// A URI of a torrent.
public enum TorrentURI: Equatable, Sendable {
    /// A magnet link (BEP 9), also created from a bare info-hash.
    case magnet(MagnetLink)
    /// A local .torrent file with any name.
    case file(FilePath)
    /// A .torrent file on a web server.
    case url(RemoteURL)
    /// `sha256:HEX` or `sha512:HEX`: a single file with this digest. Its torrent is not known.
    case digest(ContentDigest)

    /// The maximum length of a URI in bytes.
    public static let maximumLength = 65_536

    /// Which URLs of web servers are accepted as URLs of a .torrent.
    public enum URLs: Sendable {
        /// URLs whose path ends like a torrent. Others are more likely for another backend.
        case namedAsTorrents
        /// All URLs, because the user has selected BitTorrent. The response shows if it is a
        /// torrent.
        case all
    }

    /// Throws if the URI is malformed. Returns nil if it is not a BitTorrent URI. Ignores
    /// surrounding white space.
    public init?(_ text: String, urls: URLs = .namedAsTorrents) throws(TorrentError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw .invalid(
                """
                the URI is longer than \(Self.maximumLength) bytes. Shorten the magnet link, or give the \
                .torrent file instead
                """)
        }
        let (whole, text) = (text, text.trimmed)
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .invalid(
                "the URI contains a control character such as a newline: was it pasted as two lines?"
            )
        }
        let lowercased = text.lowercased()
        if ["magnet:", "stream-magnet:"].contains(where: lowercased.hasPrefix) {
            guard let link = try MagnetLink(text) else { return nil }
            self = .magnet(link)
        } else if lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://") {
            guard let url = try Self.url(text, urls) else { return nil }
            self = .url(url)
        } else if let link = MagnetLink(bareHash: text) {
            self = .magnet(link)
        } else if let digest = try Self.digest(text) {
            self = .digest(digest)
        } else if !text.contains("://"),
            // A blank may be part of a file name.
            let path = try Self.path(FilePath(whole).exists ? whole : text)
        {
            self = .file(path)
        } else if let reason = URIDiagnosis.reason(inOther: text) {
            throw .invalid("'\(Self.shown(text))' is malformed: \(reason)")
        } else {
            return nil
        }
    }

    /// nil if the text does not begin like a digest.
    private static func digest(_ text: String) throws(TorrentError) -> ContentDigest? {
        let name = text.prefix { $0 != ":" }
        guard name.utf8.count < text.utf8.count,
            let algorithm = ContentDigest.Algorithm(rawValue: name.lowercased())
        else { return nil }
        let digits = text.dropFirst(name.count + 1)
        if let digest = ContentDigest(algorithm, hex: digits) { return digest }
        throw .invalid(
            """
            '\(shown(text))' is malformed: write \(algorithm.rawValue): and \(2 * algorithm.function.length) \
            hexadecimal digits\(digits.count == 2 * algorithm.function.length ? "" : ", not \(digits.count)")
            """)
    }

    private static let suffixes = [".torrent", ".torrent.gz"]

    private static func url(_ text: String, _ urls: URLs) throws(TorrentError) -> RemoteURL? {
        guard urls == .all || isNamedAsTorrent(text) else { return nil }
        do throws(RemoteURLError) {
            return try RemoteURL(text)
        } catch {
            throw .invalid("the URL \(RemoteURL.redacted(text)) is malformed: \(error)")
        }
    }

    /// True if the path of the URL ends like that of a torrent.
    public static func isNamedAsTorrent(_ url: RemoteURL) -> Bool { isNamedAsTorrent(url.target) }

    private static func isNamedAsTorrent(_ url: String) -> Bool {
        let path = url.lowercased().prefix { $0 != "?" && $0 != "#" }
        return suffixes.contains(where: path.hasSuffix)
    }

    private static func path(_ text: String) throws(TorrentError) -> FilePath? {
        let path = FilePath(text)
        let isNamed = suffixes.contains(where: text.lowercased().hasSuffix)
        guard isNamed || TorrentFileReader.isLikely(at: path) else { return nil }
        if let reason = URIDiagnosis.reason(inPath: text), !path.exists {
            throw .invalid("'\(shown(text))' is malformed: \(reason)")
        }
        return path
    }
}

extension TorrentURI {
    /// `text`, which was meant to be a URI, as a message may show it: the beginning of it, and of a URL neither
    /// the user information nor the values of its query.
    public static func shown(_ text: String) -> String {
        let url = try? RemoteURL(text, schemes: Set(RemoteURL.Scheme.allCases))
        return (url?.redacted ?? Redaction.uri(text.trimmed)).excerpt(120)
    }
}

extension TorrentURI {
    /// The torrent that the URI describes, with metadata from `store` if that has it. Downloads a URL on
    /// the route in `configuration`. `say` prints a line for the user. A digest has no torrent yet: see
    /// ``DigestDownload``.
    public func parameters(
        _ configuration: EngineConfiguration, store: TorrentStore?, say: (String) -> Void
    ) throws(TorrentError) -> TorrentParameters {
        switch self {
        case .magnet(let link):
            let bare = try TorrentParameters(link)
            let known = try store?.withMetadata(bare) ?? bare
            guard known.summary.contents == nil else { return known }
            return ExactSource(urls: link.exactSources, configuration: configuration)
                .completed(known, say: say)
        case .digest(let digest): throw .invalid("no torrent of \(digest) is known yet")
        case .file(let path): return try TorrentParameters(contentsOf: path)
        case .url(let url):
            return try TorrentParameters(
                torrent: WebFile.bytes(
                    of: url, limit: TorrentFileReader.maximumSize, configuration: configuration),
                from: url.redacted)
        }
    }

    /// The peers that the URI names by host, still to be resolved.
    public var peerNames: [PeerName] {
        if case .magnet(let link) = self { link.peerNames } else { [] }
    }

    /// The selection of files in the URI. nil for all files.
    public var selection: FileSelection? {
        if case .magnet(let link) = self { link.selection.map { FileSelection($0) } } else { nil }
    }

    /// Warnings about ignored parts of the URI, one line each.
    public var warnings: [String] {
        if case .magnet(let link) = self { link.warnings.lines } else { [] }
    }
}
