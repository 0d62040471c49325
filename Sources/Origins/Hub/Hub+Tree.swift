import BitTorrent
import Digest
import LinuxSystem

extension Hub {
    /// A file or folder in the answer of the tree API.
    struct Entry: Decodable {
        /// The pointer of a file in LFS, which is what git has.
        struct LFS: Decodable {
            let oid: String
            let size: Int64
        }

        /// `file` or `directory`.
        let type: String
        let path: String
        let size: Int64?
        /// Git's name of the content, or of the pointer.
        let oid: String?
        let lfs: LFS?

        /// nil if it is malformed or missing.
        var digest: OriginDigest? {
            guard let lfs else { return oid.flatMap { OriginDigest(gitBlob: $0) } }
            return ContentDigest(.sha256, hex: lfs.oid).map { .content($0) }
        }
    }

    /// All entries of the folder at `path`, and of all folders in it if `isRecursive`.
    func tree(
        of uri: HubURI, at commit: String, _ path: String, isRecursive: Bool
    ) throws(TorrentError) -> [Entry] {
        let place = path.isEmpty ? "" : "/\(HubURI.encoded(path))"
        let first = try url(
            """
            /api/\(uri.kind.rawValue)/\(uri.repository)/tree/\(commit)\(place)\
            ?recursive=\(isRecursive)&expand=false
            """)
        var entries: [Entry] = []
        var next: RemoteURL? = first
        var (pages, bytes) = (0, 0)
        while let url = next {
            pages += 1
            let answer = try api.get(url, limit: Self.longestPage)
            try check(answer, of: uri)
            guard let page = answer.decoded(as: [Entry].self) else { throw unusable(url) }
            entries += page
            bytes += answer.body.count
            guard entries.count <= 2 * OriginManifest.mostFiles, pages <= Self.mostPages,
                bytes <= Self.mostListed
            else {
                throw .invalid("\(uri.shown): \(ManifestError.tooMany)")
            }
            next = try nextPage(answer)
        }
        return entries
    }

    private func nextPage(_ answer: OriginAPI.Answer) throws(TorrentError) -> RemoteURL? {
        guard let field = answer.head.value(of: "Link"),
            let reference = NextPage.reference(inLink: field)
        else { return nil }
        guard let next = try? answer.url.resolved(reference) else { throw unusable(answer.url) }
        // The list of one repository does not go on elsewhere, and the token must not.
        guard next.isOnSameServer(as: answer.url) else {
            throw .unavailable(
                "\(answer.url.redacted): the list of files goes on at another server, \(next.host)")
        }
        return next
    }

    /// Throws unless the request has succeeded.
    func check(_ answer: OriginAPI.Answer, of uri: HubURI) throws(TorrentError) {
        let code = answer.head.value(of: "X-Error-Code") ?? ""
        let place = "\(uri.shown): the Hub answered \(answer.statusText)"
        switch (answer.status, code) {
        case (200, _): return
        case (404, "RevisionNotFound"):
            throw .noInput("\(uri.shown) has no revision '\(uri.revision.excerpt(100))'")
        case (404, "EntryNotFound"):
            throw .noInput("'\(uri.path.excerpt(200))' does not exist in \(uri.shown)")
        case (404, _):
            throw .noInput("\(place). Are the name and the revision right?")
        case (401, _), (403, _):
            throw .unavailable("\(place). \(advice(on: uri, isGated: code == "GatedRepo"))")
        default: throw .unavailable(place)
        }
    }

    /// What to do if access is refused.
    public func advice(on uri: HubURI, isGated: Bool = false) -> String {
        let page = "\(endpoint.scheme)://\(endpoint.authority)/\(uri.shown)"
        if isGated {
            return """
                Its owner grants access: ask for it at \(page), and set HF_TOKEN to a token of that user
                """
        }
        return hasToken
            ? "The repository does not exist, or the token may not read it. If it is gated, ask for access at \(page)"
            : "The repository does not exist, or HF_TOKEN must be set to a token that may read it. If it is gated, ask for access at \(page)"
    }
}
