import Digest

/// A reference to content in a registry: an OCI content descriptor.
struct RegistryDescriptor: Decodable {
    /// Of an image in an index.
    struct Platform: Decodable {
        let os: String?
        let architecture: String?
        let variant: String?
    }

    let mediaType: String?
    let digest: String
    let size: Int64
    let annotations: [String: String]?
    let platform: Platform?

    /// The path that its author gave it. nil if there is none.
    var title: String? { annotations?["org.opencontainers.image.title"] }
    /// nil if it is malformed or of an unsupported kind.
    var contentDigest: ContentDigest? { ContentDigest(digest) }
}

/// An image manifest, an artifact's, or an index of several: OCI image specification, and Docker's version 2.
struct RegistryManifest: Decodable {
    let schemaVersion: Int?
    let mediaType: String?
    let config: RegistryDescriptor?
    let layers: [RegistryDescriptor]?
    /// Only in an index.
    let manifests: [RegistryDescriptor]?

    /// The media types that we understand.
    static let accepted = [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
    /// The field of a request for a manifest.
    static var acceptField: String { "Accept: \(accepted.joined(separator: ", "))" }
    /// The limit that the distribution specification recommends.
    static let longest = 4 << 20
    /// The configuration of an artifact that has none.
    private static let emptyConfig = "application/vnd.oci.empty.v1+json"

    /// The configuration, if it is part of the data.
    var usedConfig: RegistryDescriptor? {
        config.flatMap { $0.mediaType == Self.emptyConfig ? nil : $0 }
    }
}
