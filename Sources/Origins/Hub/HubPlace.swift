import BitTorrent
import LinuxSystem

/// The place that a URI of the Hub names: which repository, revision and path.
struct HubPlace {
    let kind: HubURI.Kind
    let repository: String
    let revision: String
    let path: String

    private static let longestName = 96
    private static let hosts: Set = ["huggingface.co", "www.huggingface.co", "hf.co"]
    /// First words of the paths of pages that are not repositories.
    private static let pages: Set = [
        "api", "blog", "chat", "collections", "docs", "enterprise", "join", "learn", "login",
        "models",
        "new", "organizations", "papers", "posts", "pricing", "settings", "tasks",
    ]
    /// The words between a repository and a revision in the URL of a page.
    private static let views: Set = ["tree", "blob", "resolve", "raw"]

    /// nil if `text` is neither an hf: URI nor the URL of a page of a repository. `fragment` follows it.
    init?(_ text: Substring, endpoint: RemoteURL?, fragment: Substring) throws(HubURIError) {
        if text.lowercased().hasPrefix("hf://") {
            try self.init(uri: text.dropFirst("hf://".count))
        } else if text.lowercased().hasPrefix("http"), let url = try? RemoteURL(String(text)) {
            try self.init(page: url, endpoint: endpoint, fragment: fragment)
        } else {
            return nil
        }
    }

    private init(uri text: Substring) throws(HubURIError) {
        var rest = text.split(separator: "/", omittingEmptySubsequences: false)[...]
        if rest.last == "" { rest.removeLast() }
        let kind = rest.first.flatMap { HubURI.Kind(rawValue: String($0)) }
        if kind != nil { rest.removeFirst() }
        // The revision follows the first or the second name.
        let isShort = rest.count == 1 || rest.first?.contains("@") == true
        var names = rest.prefix(isShort ? 1 : 2)
        rest = rest.dropFirst(names.count)
        var revision: String?
        if let last = names.last, let at = last.firstIndex(of: "@") {
            names[names.endIndex - 1] = last[..<at]
            revision = try Self.revision(last[last.index(after: at)...], &rest)
        }
        try self.init(kind: kind ?? .model, names: names, revision: revision, path: rest)
    }

    private init?(page url: RemoteURL, endpoint: RemoteURL?, fragment: Substring)
        throws(HubURIError)
    {
        let isOfHub =
            url.scheme == .https && Self.hosts.contains(url.host)
            || endpoint.map(url.isOnSameServer) == true
        guard isOfHub, url.credentials == nil else { return nil }
        var rest = url.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)[...]
        if rest.last == "" { rest.removeLast() }
        let kind =
            rest.first.flatMap { HubURI.Kind(rawValue: String($0)) }.flatMap {
                $0 == .model ? nil : $0
            }
        if kind != nil { rest.removeFirst() }
        guard let first = rest.first, !Self.pages.contains(String(first)) else { return nil }
        let view = rest.dropFirst().prefix(2).firstIndex { Self.views.contains(String($0)) }
        let names = rest[..<(view ?? rest.endIndex)]
        guard names.count == 2 || names.count == 1 && view != nil else { return nil }
        rest = rest.dropFirst(names.count)
        let word = rest.popFirst()
        // The backend http verifies the digest of a URL, and finds peers by it.
        guard word != "resolve" || !fragment.lowercased().contains("sha") else { return nil }
        var revision: String?
        if let text = rest.popFirst() { revision = try Self.revision(text, &rest) }
        guard word == nil || revision != nil else { return nil }
        try self.init(kind: kind ?? .model, names: names, revision: revision, path: rest)
    }

    private init(
        kind: HubURI.Kind, names: ArraySlice<Substring>, revision: String?,
        path: ArraySlice<Substring>
    ) throws(HubURIError) {
        let repository = names.joined(separator: "/")
        // A model of such a name could not be told from a data set.
        let isKind = names.first.map { HubURI.Kind(rawValue: String($0)) != nil } ?? true
        guard !isKind, names.allSatisfy(Self.isName) else { throw .repository(repository) }
        var decoded: [String] = []
        for part in path {
            guard let name = PercentEncoding.decoded(part), !name.isEmpty, name != ".",
                name != "..", !name.utf8.contains(UInt8(ascii: "/")), name.onOneLine == name
            else { throw .path }
            decoded.append(name)
        }
        self.kind = kind
        self.repository = repository
        self.revision = revision ?? HubURI.mainBranch
        self.path = decoded.joined(separator: "/")
    }

    /// The revision that begins with `text`. Special ones such as `refs/pr/1` go on in the next parts of the path.
    private static func revision(
        _ text: Substring, _ rest: inout ArraySlice<Substring>
    ) throws(HubURIError) -> String {
        guard let first = PercentEncoding.decoded(text) else { throw .revision }
        var words = [first]
        if first == "refs", rest.count >= 2, rest.first == "pr" || rest.first == "convert" {
            words += rest.prefix(2).map(String.init)
            rest = rest.dropFirst(2)
        }
        let revision = words.joined(separator: "/")
        let names = revision.split(separator: "/", omittingEmptySubsequences: false)
        guard names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            revision.onOneLine == revision,
            revision.utf8.count <= 255
        else { throw .revision }
        return revision
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty && name.utf8.count <= longestName && name.first != "."
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
}
