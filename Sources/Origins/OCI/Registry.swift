import BitTorrent
import Digest
import HTTP
import LinuxSystem

/// The API of an OCI registry (OCI distribution specification): a manifest, and where its blobs lie.
public struct Registry: Sendable {
    /// The image or artifact that a URI names, on this platform.
    public struct Resolution: Sendable {
        /// The digest of its own manifest, not that of an index.
        public let digest: ContentDigest
        /// Its files.
        public let manifest: OriginManifest
    }

    let uri: RegistryURI
    let api: OriginAPI
    let credentials: RegistryCredentials

    /// An index in an index is enough.
    private static let mostIndexes = 2

    /// The registry of `uri`. The secrets of `api` are for its server.
    public init(_ uri: RegistryURI, api: OriginAPI, credentials: RegistryCredentials) {
        self.uri = uri
        self.api = api
        self.credentials = credentials
    }

    /// Asks for the manifest, and for access if that is necessary.
    public func resolve() throws(TorrentError) -> Resolution {
        var session = RegistrySession(of: self)
        var found = try session.manifest(uri.reference, digest: uri.digest, size: nil)
        for _ in 0..<Self.mostIndexes {
            guard let index = found.manifest.manifests else { break }
            let chosen = try choose(among: index)
            guard let digest = chosen.contentDigest else { throw unusable("a digest is malformed") }
            found = try session.manifest(digest.description, digest: digest, size: chosen.size)
        }
        guard found.manifest.manifests == nil else { throw unusable("it is an index of indexes") }
        return Resolution(
            digest: found.digest, manifest: try dataSet(found, secrets: session.secrets))
    }

    private func choose(among all: [RegistryDescriptor]) throws(TorrentError) -> RegistryDescriptor
    {
        let wanted = uri.platform ?? .own
        if let match = all.first(where: { $0.platform.map(wanted.accepts) ?? false }) {
            return match
        }
        if all.count == 1, all[0].platform == nil { return all[0] }
        let names = all.compactMap(\.platform).filter { $0.os != "unknown" }
            .map { "\($0.os ?? "?")/\($0.architecture ?? "?")\($0.variant.map { "/\($0)" } ?? "")" }
        let list = names.isEmpty ? "none" : names.prefix(10).joined(separator: ", ").excerpt(200)
        throw .invalid(
            """
            \(uri.shown): there is no image for \(wanted). There are: \(list). Choose one with '#platform=OS/ARCH'
            """)
    }

    /// What to do if access is refused.
    var advice: String {
        let advice =
            "A user and a password are read from config.json in DOCKER_CONFIG or ~/.docker, as 'docker login' stores them"
        switch credentials.entry(for: uri.server) {
        case .password:
            return "Are the user and the password right, and may the user read it? \(advice)"
        case .unsupported(let what): return "\(advice), but for this registry there is \(what)"
        case .none: return "\(advice). There are none for this registry"
        }
    }

    func unusable(_ what: String) -> TorrentError {
        .invalid("\(uri.shown): the manifest cannot be used: \(what)")
    }

    func url(_ target: String) throws(TorrentError) -> RemoteURL {
        do throws(RemoteURLError) {
            return try RemoteURL(
                "\(uri.server.scheme)://\(uri.server.authority)/v2/\(uri.repository)/\(target)")
        } catch {
            throw .invalid("\(uri.shown): \(error)")
        }
    }
}

// MARK: Files

extension Registry {
    /// The files that a manifest describes. Without any title it is an image, and its manifest and configuration
    /// belong to it.
    private func dataSet(
        _ found: RegistrySession.Found, secrets: RequestSecrets
    ) throws(TorrentError) -> OriginManifest {
        let layers = found.manifest.layers ?? []
        let isTitled = layers.contains { $0.title != nil }
        var secrets = secrets
        var files: [ManifestFile] = []
        var known: [String: RegistryDescriptor] = [:]
        let config = found.manifest.usedConfig
        for blob in layers + (isTitled ? [] : config.map { [$0] } ?? []) {
            guard let digest = blob.contentDigest else { throw unusable("a digest is malformed") }
            let path = blob.title ?? digest.hex
            // An image may have one layer several times.
            if let other = known[path], other.digest == blob.digest, other.size == blob.size {
                continue
            }
            known[path] = blob
            files.append(
                ManifestFile(
                    path: path, size: blob.size, digest: .content(digest),
                    urls: [try url("blobs/\(digest)")]))
        }
        guard !files.isEmpty else { throw unusable("\(ManifestError.noFiles)") }
        if !isTitled {
            secrets.fields.append(RegistryManifest.acceptField)
            files.append(
                ManifestFile(
                    path: "manifest.json", size: Int64(found.size), digest: .content(found.digest),
                    urls: [try url("manifests/\(found.digest)")]))
        }
        let title = layers.count == 1 ? layers[0].title : nil
        let isFile = title.map { !$0.utf8.contains(UInt8(ascii: "/")) } ?? false
        let last = isFile ? title ?? "" : String(uri.repository.split(separator: "/").last ?? "")
        do {
            var manifest = try OriginManifest(
                name: try uri.name ?? FileName(last), root: isFile ? .file : .folder, files: files)
            manifest.secrets = secrets
            return manifest
        } catch {
            throw .invalid("\(uri.shown): \(error)")
        }
    }
}
