import BitTorrent
import Digest
import LinuxSystem
import Origins

/// The URI of a file or folder on IPFS: `ipfs://CID/PATH`, `/ipfs/CID/PATH`, or the URL of either on a gateway, with a
/// fragment as in ``WebURI``.
public struct IPFSURI: Equatable, Sendable {
    /// What the path starts at.
    public let cid: CID
    /// The names on the way from the root to the file or folder.
    public let path: [FileName]
    /// The gateway that the URI names. nil if it names none.
    public let gateway: Gateway?
    /// The digest that the file must have, besides what the CID says. nil if none is known.
    public let digest: ContentDigest?
    /// The name of the file or folder in DEST: that in the URI, the last one of the path, or the CID.
    public let name: FileName

    /// Parses a URI. nil if it is not about IPFS. Throws for a URI of IPNS.
    public init?(_ text: String) throws(IPFSURIError) {
        let text = text.trimmed
        let fragment = text.firstIndex(of: "#").map { text[text.index(after: $0)...] } ?? ""
        let whole = text.prefix { $0 != "#" }
        let query = whole.firstIndex(of: "?").map { whole[whole.index(after: $0)...] } ?? ""
        let place = whole.prefix { $0 != "?" }
        guard let found = try Self.content(place) else { return nil }
        let (root, rest, url) = found
        do throws(CIDError) {
            cid = try CID(root)
        } catch {
            // Any web server may have a folder that is called ipfs.
            if url != nil { return nil }
            throw .cid(error)
        }
        var parts = try QueryParts(query)
        path = try Self.names(rest)
        gateway = url.map { Gateway($0, query: parts.others) }
        do throws(WebURIError) {
            let known = try FragmentParts(fragment)
            digest = known.digest
            parts.name = known.name ?? parts.name
        } catch {
            throw .fragment(error)
        }
        guard let name = parts.name ?? path.last ?? (try? FileName(cid.description)) else {
            throw .name(.missing)
        }
        self.name = name
    }

    /// The path without the gateway: `/ipfs/CID/PATH`.
    public var contentPath: String {
        "/ipfs/\(cid)" + path.map { "/\($0.text)" }.joined()
    }
}

extension IPFSURI {
    private typealias Content = (root: Substring, rest: Substring, gateway: RemoteURL?)

    /// The root, the path below it, and the gateway, if the text is about IPFS.
    private static func content(_ text: Substring) throws(IPFSURIError) -> Content? {
        for prefix in ["ipns://", "/ipns/"] where text.lowercased().hasPrefix(prefix) {
            throw .mutable
        }
        for prefix in ["ipfs://", "/ipfs/"] where text.lowercased().hasPrefix(prefix) {
            let rest = text.dropFirst(prefix.count)
            let root = rest.prefix { $0 != "/" }
            return (root, rest[root.endIndex...], nil)
        }
        let lowercased = text.prefix(8).lowercased()
        guard lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://"),
            let url = try? RemoteURL(String(text))
        else { return nil }
        return onGateway(url)
    }

    private static func onGateway(_ url: RemoteURL) -> Content? {
        let prefix = "/ipfs/"
        if url.path.hasPrefix(prefix) {
            let rest = url.path.dropFirst(prefix.count)
            let root = rest.prefix { $0 != "/" }
            return (root, rest[root.endIndex...], try? url.resolved("/"))
        }
        let labels = url.host.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard labels.count == 3, labels[1] == "ipfs", !labels[2].isEmpty else { return nil }
        // A gateway with a name for each CID has the paths below /ipfs, too.
        return (labels[0], url.path, url.root(of: String(labels[2])))
    }

    private static func names(_ path: Substring) throws(IPFSURIError) -> [FileName] {
        var names: [FileName] = []
        for segment in path.split(separator: "/") {
            do throws(FileNameError) {
                names.append(try FileName(percentEncoded: segment))
            } catch {
                throw .name(error)
            }
        }
        return names
    }

    /// The query, split into what we use and what is passed on to the gateway.
    private struct QueryParts {
        var name: FileName?
        private(set) var others = ""

        init(_ query: Substring) throws(IPFSURIError) {
            for part in query.split(separator: "&") {
                if part.hasPrefix("filename=") {
                    do throws(FileNameError) {
                        name = try FileName(percentEncoded: part.dropFirst("filename=".count))
                    } catch {
                        throw .name(error)
                    }
                } else if !["download=", "format="].contains(where: part.hasPrefix) {
                    others += "&\(part)"
                }
            }
        }
    }
}

/// Why a URI of IPFS cannot be used.
public enum IPFSURIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The root is not a CID, or not one that is supported.
    case cid(CIDError)
    /// A name that can point to other data tomorrow.
    case mutable
    /// A part of the path, or the name in DEST, cannot be the name of a file.
    case name(FileNameError)
    /// The fragment is not understood.
    case fragment(WebURIError)

    /// The reason, to follow the URI and a colon in a message.
    public var description: String {
        switch self {
        case .cid(let error): "\(error)"
        case .mutable:
            """
            IPNS names can point to other data tomorrow, and nothing verifies what they point to today. Resolve the \
            name ('ipfs resolve /ipns/NAME', or the page of a gateway) and use ipfs://CID
            """
        case .name(let error): "a name cannot be used: \(error)"
        case .fragment(let error): "\(error)"
        }
    }
}
