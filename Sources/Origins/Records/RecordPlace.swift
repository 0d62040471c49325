import BitTorrent

/// Which record a URI names, and the server that has it.
enum RecordPlace: Equatable, Sendable {
    /// The number of a record.
    case zenodo(RemoteURL, String)
    /// A persistent identifier, such as `doi:10.5072/FK2/J8SJZB`, and the version, such as `1.0`. nil for the newest.
    case dataverse(RemoteURL, String, version: String?)
    /// The name of an item.
    case archive(RemoteURL, String)

    private static let zenodoHost = "zenodo.org"
    private static let archiveHost = "archive.org"
    private static let zenodoDOI = "10.5281/zenodo."

    var server: RemoteURL {
        switch self {
        case .zenodo(let server, _), .dataverse(let server, _, _), .archive(let server, _): server
        }
    }

    /// The name of the record, also for a folder.
    var name: String {
        switch self {
        case .zenodo(_, let number): "zenodo.\(number)"
        case .dataverse(_, let identifier, _):
            String(identifier.split(separator: "/").last ?? "")
        case .archive(_, let name): name
        }
    }

    /// The URI of the record, without a fragment.
    var uri: String {
        switch self {
        case .zenodo(let server, let number):
            "zenodo:\(Self.prefix(server, Self.zenodoHost))\(number)"
        case .dataverse(let server, let identifier, let version):
            "dataverse:\(server.authority)/\(identifier)\(version.map { "@\($0)" } ?? "")"
        case .archive(let server, let name):
            "archive:\(Self.prefix(server, Self.archiveHost))\(name)"
        }
    }

    /// The server as part of a URI. Empty for the usual one.
    private static func prefix(_ server: RemoteURL, _ usual: String) -> String {
        server.authority == usual ? "" : "//\(server.authority)/"
    }

    /// nil if `text` is neither a URI of a record nor the URL of its page.
    init?(_ text: Substring) throws(RecordURIError) {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        let rest = text.dropFirst(scheme.count + 1)
        guard text.contains(":") else { return nil }
        switch scheme {
        case "zenodo":
            let (server, number) = try Self.split(rest, Self.zenodoHost)
            self = .zenodo(server, try Self.number(number))
        case "archive":
            let (server, name) = try Self.split(rest, Self.archiveHost)
            self = .archive(server, try Self.item(name))
        case "dataverse":
            self = try Self.dataverse(rest.hasPrefix("//") ? rest.dropFirst(2) : rest)
        case "doi":
            guard let number = Self.number(inDOI: rest) else { throw .otherDOI }
            self = .zenodo(try Self.server(Self.zenodoHost), try Self.number(number))
        case "http", "https":
            guard let url = try? RemoteURL(String(text)), url.credentials == nil,
                let place = try Self.page(url)
            else { return nil }
            self = place
        default: return nil
        }
    }
}

// MARK: The parts of a URI

extension RecordPlace {
    /// `IDENTIFIER` or `//HOST/IDENTIFIER`.
    private static func split(
        _ text: Substring, _ usual: String
    ) throws(RecordURIError) -> (RemoteURL, Substring) {
        guard text.hasPrefix("//") else { return (try server(usual), text) }
        let host = text.dropFirst(2).prefix { $0 != "/" }
        return (try server(host), text.dropFirst(2 + host.count + 1))
    }

    private static func server(_ host: some StringProtocol) throws(RecordURIError) -> RemoteURL {
        do throws(RemoteURLError) {
            return try OriginServer.url(of: host)
        } catch {
            throw .server(error)
        }
    }

    private static func number(_ text: Substring) throws(RecordURIError) -> String {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            throw .identifier
        }
        return String(text)
    }

    private static func number(inDOI text: Substring) -> Substring? {
        guard text.lowercased().hasPrefix(zenodoDOI) else { return nil }
        return text.dropFirst(zenodoDOI.count)
    }

    private static func item(_ text: Substring) throws(RecordURIError) -> String {
        let isItem =
            (1...100).contains(text.utf8.count) && !".-".contains(text.first ?? ".")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isItem else { throw .identifier }
        return String(text)
    }

    /// `HOST/IDENTIFIER[@VERSION]`.
    private static func dataverse(_ text: Substring) throws(RecordURIError) -> RecordPlace {
        let host = text.prefix { $0 != "/" }
        var identifier = text.dropFirst(host.count + 1)
        var version: String?
        if let at = identifier.lastIndex(of: "@") {
            version = String(identifier[identifier.index(after: at)...])
            identifier = identifier[..<at]
        }
        return try dataverse(try server(host), String(identifier), version)
    }

    private static func dataverse(
        _ server: RemoteURL, _ identifier: String, _ version: String?
    ) throws(RecordURIError) -> RecordPlace {
        let names = identifier.split(separator: "/", omittingEmptySubsequences: false)
        let isKnown = ["doi:", "hdl:"].contains { identifier.lowercased().hasPrefix($0) }
        guard isKnown, names.count > 1, identifier.utf8.count <= 200,
            names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            identifier.utf8.allSatisfy({ 0x21...0x7E ~= $0 && !"#@?%&".utf8.contains($0) })
        else { throw .identifier }
        if let version {
            let numbers = version.split(separator: ".", omittingEmptySubsequences: false)
            guard numbers.count == 2, numbers.allSatisfy({ UInt16($0) != nil && $0.first != "+" })
            else { throw .version }
        }
        return .dataverse(server, identifier, version: version)
    }
}

// MARK: Pages

extension RecordPlace {
    /// The record of a page for people. nil for any other page.
    private static func page(_ url: RemoteURL) throws(RecordURIError) -> RecordPlace? {
        let words = url.path.split(separator: "/")
        let host = url.host.hasPrefix("www.") ? String(url.host.dropFirst(4)) : url.host
        let isSecure = url.scheme == .https
        switch (host, words.first) {
        case (zenodoHost, "records"), (zenodoHost, "record"), ("sandbox.zenodo.org", "records"):
            guard isSecure, words.count == 2 else { return nil }
            return .zenodo(try server(host), try number(words[1]))
        case (zenodoHost, "doi"), ("doi.org", _), ("dx.doi.org", _):
            let doi = words.drop { $0 == "doi" }.joined(separator: "/")
            guard let number = number(inDOI: doi[...]) else { return nil }
            return .zenodo(try server(zenodoHost), try Self.number(number))
        case (archiveHost, "details"), (archiveHost, "download"):
            guard isSecure, words.count == 2 else { return nil }
            return .archive(try server(host), try item(words[1]))
        case (_, "dataset.xhtml"):
            guard words.count == 1, let identifier = value("persistentId", in: url) else {
                return nil
            }
            let version = value("version", in: url)
            return try dataverse(try server(url.authority), identifier, version)
        default: return nil
        }
    }

    private static func value(_ name: String, in url: RemoteURL) -> String? {
        let query = url.target.dropFirst(url.path.utf8.count + 1)
        let pair = query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
        return pair.flatMap { PercentEncoding.decoded($0.dropFirst(name.utf8.count + 1)) }
    }
}
