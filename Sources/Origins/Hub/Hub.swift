import BitTorrent
import Digest
import HTTP
import LinuxSystem

/// The API of the Hugging Face Hub: commits of revisions, and the files of a commit.
public struct Hub: Sendable {
    /// The server, `https://huggingface.co` or a mirror.
    let endpoint: RemoteURL
    let api: OriginAPI
    /// A token is sent.
    let hasToken: Bool

    static let longestPage = 16 << 20
    static let mostPages = 4000
    /// The most bytes of all pages of a list.
    static let mostListed = 256 << 20

    /// The Hub at `endpoint`. The secrets of `api` are for its server.
    public init(_ endpoint: RemoteURL, api: OriginAPI, hasToken: Bool) {
        self.endpoint = endpoint
        self.api = api
        self.hasToken = hasToken
    }

    /// The commit that the revision of `uri` is now. A commit is not asked for.
    public func commit(of uri: HubURI) throws(TorrentError) -> String {
        guard !uri.isPinned else { return uri.revision }
        struct Revision: Decodable {
            let sha: String
        }
        let url = try url(
            "/api/\(uri.kind.rawValue)/\(uri.repository)/revision/\(PercentEncoding.encoded(userinfo: uri.revision))"
        )
        let answer = try api.get(url, limit: Self.longestPage)
        try check(answer, of: uri)
        guard let commit = answer.decoded(as: Revision.self)?.sha, HubURI.isCommit(commit) else {
            throw unusable(url)
        }
        return commit
    }

    /// The files of `uri` at `commit`.
    public func manifest(of uri: HubURI, at commit: String) throws(TorrentError) -> OriginManifest {
        var entries: [Entry] = []
        var isFile = false
        if uri.path.isEmpty {
            entries = try tree(of: uri, at: commit, "", isRecursive: true)
        } else {
            let parent = uri.path.lastIndex(of: "/").map { String(uri.path[..<$0]) } ?? ""
            let found = try tree(of: uri, at: commit, parent, isRecursive: false)
                .first { $0.path.utf8.elementsEqual(uri.path.utf8) }
            guard let found else {
                throw .noInput(
                    "'\(uri.path.excerpt(200))' does not exist in \(uri.shown) at \(commit)")
            }
            isFile = found.type == "file"
            entries =
                isFile ? [found] : try tree(of: uri, at: commit, uri.path, isRecursive: true)
        }
        return try manifest(of: entries, uri, commit, isFile: isFile)
    }

    private func manifest(
        of entries: [Entry], _ uri: HubURI, _ commit: String, isFile: Bool
    ) throws(TorrentError) -> OriginManifest {
        let last = (uri.path.isEmpty ? uri.repository : uri.path).split(separator: "/").last ?? ""
        let base = uri.path.isEmpty ? 0 : uri.path.utf8.count + 1
        var files: [ManifestFile] = []
        for entry in entries where entry.type == "file" {
            guard let digest = entry.digest, let size = entry.lfs?.size ?? entry.size else {
                throw .invalid(
                    "\(uri.shown): the Hub gives no digest or size of '\(entry.path.excerpt(200))'")
            }
            let place = HubURI.encoded(entry.path)
            // A path with dots would be another one in a URL.
            let names = entry.path.split(separator: "/", omittingEmptySubsequences: false)
            guard names.allSatisfy({ $0 != "." && $0 != ".." }) else {
                throw .invalid("\(uri.shown): \(ManifestError.badName(entry.path))")
            }
            let path =
                isFile
                ? String(last) : String(decoding: entry.path.utf8.dropFirst(base), as: UTF8.self)
            files.append(
                ManifestFile(
                    path: path, size: size, digest: digest,
                    urls: [
                        try url("/\(uri.kind.prefix)\(uri.repository)/resolve/\(commit)/\(place)")
                    ]))
        }
        do {
            let name = try uri.name ?? FileName(String(last))
            var manifest = try OriginManifest(
                name: name, root: isFile ? .file : .folder, files: files)
            manifest.secrets = api.secrets
            return manifest
        } catch {
            throw .invalid("\(uri.shown) at \(commit): \(error)")
        }
    }

    func url(_ target: String) throws(TorrentError) -> RemoteURL {
        do throws(RemoteURLError) {
            return try RemoteURL("\(endpoint.scheme)://\(endpoint.authority)\(base)\(target)")
        } catch {
            throw .invalid("\(endpoint.redacted): \(error)")
        }
    }

    /// The path of the endpoint without a slash at the end.
    private var base: Substring {
        endpoint.path.hasSuffix("/") ? endpoint.path.dropLast() : endpoint.path
    }

    func unusable(_ url: RemoteURL) -> TorrentError {
        .unavailable("\(url.redacted): the answer is not that of the Hub's API")
    }
}
