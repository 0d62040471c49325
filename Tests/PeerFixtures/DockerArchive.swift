import Foundation
import SystemPackage

/// An image saved by `docker save`, which remains after the image was removed.
public struct DockerArchive: Sendable {
    /// The digests of its layers (diff IDs), in order.
    public let digests: [String]
    private let file: FilePath

    /// Saves `image` in `folder`.
    public init(of image: DockerImage, in folder: TemporaryFolder) async throws {
        digests = try await image.layers()
        file = folder.path.appending("\(image.name).tar")
        try await image.engine.docker("save", "--output", file.string, image.name)
    }

    /// The differences in layers with different digests, for people. Empty if there are none.
    public func differences(from other: DockerArchive) async throws -> [String] {
        guard digests != other.digests else { return [] }
        let (mine, others) = (try await unpacked(), try await other.unpacked())
        var differences = ["layers: \(digests), \(other.digests)"]
        for number in 0..<min(mine.count, others.count)
        where digests[number] != other.digests[number] {
            let found = try FolderContents(of: mine[number])
                .differences(from: FolderContents(of: others[number]))
                // The folder to which it was unpacked.
                .filter { !$0.hasPrefix(".: ") }
            differences += found.isEmpty ? ["layer \(number): none in its files"] : []
            differences += found.map { "layer \(number): \($0)" }
        }
        return differences
    }

    /// The files that its last layer adds or changes.
    public func filesOfLastLayer() async throws -> FileTree {
        guard let layer = try await unpacked().last else {
            throw FixtureError("\(file) has no layer")
        }
        return try FileTree(below: layer)
    }

    /// The folders to which its layers are unpacked.
    private func unpacked() async throws -> [FilePath] {
        let folder = FilePath(file.string + ".d")
        try await Self.unpack(file, to: folder)
        let manifest = try Data(contentsOf: URL(filePath: folder.appending("manifest.json").string))
        guard let layers = try JSONDecoder().decode([Image].self, from: manifest).first?.layers
        else { throw FixtureError("\(file) holds no image") }
        var folders: [FilePath] = []
        for (number, layer) in layers.enumerated() {
            let place = folder.appending("layer \(number)")
            try await Self.unpack(folder.pushing(FilePath(layer)), to: place)
            folders.append(place)
        }
        return folders
    }

    private struct Image: Decodable {
        let layers: [String]

        enum CodingKeys: String, CodingKey {
            case layers = "Layers"
        }
    }

    private static func unpack(_ archive: FilePath, to folder: FilePath) async throws {
        try FileManager.default.createDirectory(
            atPath: folder.string, withIntermediateDirectories: true)
        let ended = try await Command(
            "/usr/bin/tar",
            [
                "--extract", "--preserve-permissions", "--numeric-owner", "--file", archive.string,
                "--directory", folder.string,
            ]
        ).run()
        guard ended.status.isSuccess else {
            throw FixtureError("\(archive) cannot be unpacked: \(ended)")
        }
    }
}
