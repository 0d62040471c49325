import SystemPackage

/// A URI that BitTorrent can get.
public enum TorrentURI: Equatable, Sendable {
    /// A magnet link (BEP 9), made from a bare info-hash too.
    case magnet(String)
    /// A .torrent file on this machine, whatever its name is.
    case file(FilePath)
    /// A .torrent file on a web server.
    case url(RemoteURL)

    /// The longest URI that is taken, in bytes.
    public static let maximumLength = 65_536

    /// Throws where the URI is malformed; returns nil where it is none of ours.
    public init?(_ text: String) throws(TorrentError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw .invalid("the URI is longer than \(Self.maximumLength) bytes")
        }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .invalid(
                "the URI holds a control character, a newline say: was it pasted in two lines?")
        }
        let lowercased = text.lowercased()
        if lowercased.hasPrefix("magnet:") {
            let link = Self.withoutHTML(text)
            do throws(TorrentError) {
                _ = try TorrentParameters(magnet: link)
            } catch {
                // Other networks have magnet links too.
                guard Self.isOfBitTorrent(lowercased) else { return nil }
                throw Mistyping.reason(inMagnet: text).map {
                    .invalid("the magnet link is malformed: \($0)")
                } ?? error
            }
            self = .magnet(link)
        } else if lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://") {
            guard let url = try Self.torrentURL(text) else { return nil }
            self = .url(url)
        } else if let magnet = Self.magnet(ofBareHash: text) {
            self = .magnet(magnet)
        } else if !text.contains("://"),
            lowercased.hasSuffix(".torrent") || TorrentParameters.isLikely(in: FilePath(text))
        {
            let path = FilePath(text)
            if let reason = Mistyping.reason(inPath: text), !path.exists {
                throw .invalid("'\(text)' is malformed: \(reason)")
            }
            self = .file(path)
        } else if let reason = Mistyping.reason(inOther: text) {
            throw .invalid("'\(text)' is malformed: \(reason)")
        } else {
            return nil
        }
    }

    private static func isOfBitTorrent(_ magnet: String) -> Bool {
        let decoded = PercentEncoding.decoded(Substring(magnet)) ?? magnet
        return ["btih", "btmh"].contains { decoded.contains("\($0):") }
    }

    /// Copied out of a page's source, a link has `&amp;` between its parameters, none of which has such a name.
    private static func withoutHTML(_ magnet: String) -> String {
        let entity = "amp;"
        let parameters = magnet.split(separator: "&", omittingEmptySubsequences: false)
        return parameters.enumerated().map { number, parameter in
            number > 0 && parameter.hasPrefix(entity)
                ? parameter.dropFirst(entity.count) : parameter
        }.joined(separator: "&")
    }

    /// nil where the URL is not of a .torrent file.
    private static func torrentURL(_ text: String) throws(TorrentError) -> RemoteURL? {
        do throws(RemoteURLError) {
            let url = try RemoteURL(text)
            let path = url.target.prefix { $0 != "?" }
            return path.lowercased().hasSuffix(".torrent") ? url : nil
        } catch {
            throw .invalid("the URL \(RemoteURL.redacted(text)) cannot be used: \(error)")
        }
    }

    /// 40 hexadecimal digits or 32 of base32 are a v1 info-hash, 64 hexadecimal digits a v2 one.
    private static func magnet(ofBareHash text: String) -> String? {
        let isHexadecimal = text.allSatisfy(\.isHexadecimal)
        let isBase32 = text.allSatisfy { $0.isASCII && ($0.isLetter || ("2"..."7").contains($0)) }
        switch text.utf8.count {
        case 40 where isHexadecimal, 32 where isBase32: return "magnet:?xt=urn:btih:\(text)"
        case 64 where isHexadecimal: return "magnet:?xt=urn:btmh:1220\(text)"
        default: return nil
        }
    }
}

extension TorrentURI {
    /// What the URI tells of the torrent; a URL is fetched by the way that `configuration` says.
    public func parameters(_ configuration: EngineConfiguration) throws(TorrentError)
        -> TorrentParameters
    {
        switch self {
        case .magnet(let link): try TorrentParameters(magnet: link)
        case .file(let path): try TorrentParameters(contentsOf: path)
        case .url(let url):
            try TorrentParameters(
                torrent: WebFile.bytes(
                    of: url, limit: TorrentParameters.maximumFileSize, configuration: configuration)
            )
        }
    }
}
