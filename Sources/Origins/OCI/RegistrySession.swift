import BitTorrent
import Digest
import HTTP
import LinuxSystem

/// Requests to one repository of a registry, with what the registry wants to be shown.
struct RegistrySession {
    /// A verified manifest.
    struct Found {
        let manifest: RegistryManifest
        let digest: ContentDigest
        /// In bytes.
        let size: Int
    }

    private let registry: Registry
    private var api: OriginAPI

    init(of registry: Registry) {
        self.registry = registry
        var secrets = registry.api.secrets
        secrets.advice = registry.advice
        api = registry.api.with(secrets)
    }

    /// For the requests for blobs.
    var secrets: RequestSecrets { api.secrets }

    /// Requests the manifest with the name `reference`. Throws if it has another digest or size.
    mutating func manifest(
        _ reference: String, digest: ContentDigest?, size: Int64?
    ) throws(TorrentError) -> Found {
        let url = try registry.url("manifests/\(reference)")
        let fields = [RegistryManifest.acceptField]
        var answer = try api.get(url, fields: fields, limit: RegistryManifest.longest)
        if answer.status == 401 {
            let access = RegistryAccess(registry, api)
            api = api.with(try access.secrets(for: answer))
            answer = try api.get(url, fields: fields, limit: RegistryManifest.longest)
        }
        try check(answer, reference)
        let found = try Self.digest(of: answer.body, digest?.algorithm ?? .sha256)
        guard digest == nil || found == digest else {
            throw registry.unusable("it has the digest \(found) instead of \(reference)")
        }
        guard size == nil || size == Int64(answer.body.count) else {
            throw registry.unusable(
                "it has \(answer.body.count) bytes, and the index says \(size ?? 0)")
        }
        guard let manifest = answer.decoded(as: RegistryManifest.self),
            manifest.schemaVersion == 2, manifest.layers != nil || manifest.manifests != nil
        else {
            throw registry.unusable("it is none of OCI, or of version 2 of Docker")
        }
        return Found(manifest: manifest, digest: found, size: answer.body.count)
    }

    private func check(_ answer: OriginAPI.Answer, _ reference: String) throws(TorrentError) {
        let place = "\(registry.uri.shown): the registry answered \(answer.statusText)"
        switch answer.status {
        case 200: return
        case 404:
            throw .noInput(
                "\(registry.uri.shown) has no '\(reference)', or there is no such repository")
        case 401, 403:
            throw .unavailable("\(place). \(registry.advice)")
        default: throw .unavailable(place)
        }
    }

    private static func digest(
        of bytes: [UInt8], _ algorithm: ContentDigest.Algorithm
    ) throws(TorrentError) -> ContentDigest {
        guard let hasher = ContentHasher(algorithm.function) else {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
        bytes.withUnsafeBytes { hasher.add($0) }
        return hasher.finish(as: algorithm)
    }
}
