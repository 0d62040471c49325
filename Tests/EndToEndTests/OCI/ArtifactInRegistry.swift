import Digest
import Foundation
import PeerFixtures
import SystemPackage

/// The usual starting point: the blobs and the manifest of an artifact, and a fresh overlay without its files.
struct ArtifactInRegistry: Sendable {
    static let manifestType = "application/vnd.oci.image.manifest.v1+json"
    static let indexType = "application/vnd.oci.image.index.v1+json"
    static let repository = "team/model"

    let folder: TemporaryFolder
    var overlay: Overlay
    /// Does not exist yet.
    let destination: FilePath
    /// The blobs with their titles, nil for a blob without one.
    let layers: [(title: String?, data: Data)]

    init(_ layers: [(String?, Data)]? = nil) throws {
        folder = try TemporaryFolder()
        overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment["HOME"] = folder.path.string
        destination = folder.path.appending("destination")
        self.layers =
            layers ?? [
                ("weights.bin", FileAtOrigin.data(9 << 20, seed: 5)),
                ("conf/a.json", Data("{}\n".utf8)), ("conf/b.json", Data("[]\n".utf8)),
            ]
    }

    static func digest(_ data: Data) -> String { FileAtOrigin.digest(of: data).description }

    static func descriptor(
        _ data: Data, type: String, title: String? = nil, size: Int? = nil
    ) -> String {
        let note = title.map {
            ", \"annotations\": {\"org.opencontainers.image.title\": \"\($0)\"}"
        }
        return """
            {"mediaType": "\(type)", "digest": "\(digest(data))", "size": \(size ?? data.count)\(note ?? "")}
            """
    }

    /// The configuration of an artifact.
    static let config = Data("{}".utf8)

    /// `size` is what the manifest says about the first blob.
    func manifest(size: Int? = nil) -> Data {
        let all = layers.enumerated().map { index, layer in
            Self.descriptor(
                layer.data, type: "application/octet-stream", title: layer.title,
                size: index == 0 ? size : nil)
        }
        let isImage = layers.allSatisfy { $0.title == nil }
        let type =
            isImage
            ? "application/vnd.oci.image.config.v1+json" : "application/vnd.oci.empty.v1+json"
        return Data(
            """
            {"schemaVersion": 2, "mediaType": "\(Self.manifestType)", \
            "config": \(Self.descriptor(Self.config, type: type)), \
            "layers": [\(all.joined(separator: ", "))]}
            """.utf8)
    }

    static func index(_ manifests: [(platform: String, data: Data)]) -> Data {
        let entries = manifests.map { platform, data in
            let words = platform.split(separator: "/")
            let descriptor = descriptor(data, type: manifestType).dropLast()
            return
                "\(descriptor), \"platform\": {\"os\": \"\(words[0])\", \"architecture\": \"\(words[1])\"}}"
        }
        return Data(
            """
            {"schemaVersion": 2, "mediaType": "\(indexType)", "manifests": [\(entries.joined(separator: ", "))]}
            """.utf8)
    }

    /// Pushes the artifact with the tag.
    func push(
        to server: RegistryServer, tag: String = "v1", repository: String = Self.repository
    ) async throws {
        for data in layers.map(\.data) + [Self.config] {
            try await server.push(data, digest: Self.digest(data), to: repository, by: folder.path)
        }
        try await server.push(
            manifest: manifest(), type: Self.manifestType, as: tag, to: repository, by: folder.path)
    }

    /// Stores the user's password as `docker login` does.
    func logIn(to server: String, password: String = RegistryServer.password) throws {
        let home = try folder.make(".docker")
        let auth = Data("\(RegistryServer.user):\(password)".utf8).base64EncodedString()
        try "{\"auths\": {\"\(server)\": {\"auth\": \"\(auth)\"}}}".write(
            toFile: home.appending("config.json").string, atomically: true, encoding: .utf8)
    }

    func get(_ arguments: String...) async throws -> Ended {
        try await overlay.pierdat(arguments + [destination.string])
    }

    var arrived: [String: Data] { RepositoryAtHub.files(below: destination) }

    /// The files as they should be in the destination.
    var expected: [String: Data] {
        Dictionary(uniqueKeysWithValues: layers.map { ("model/\($0.title ?? "")", $0.data) })
    }
}
