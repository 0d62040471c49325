import Foundation
import PeerFixtures
import SystemPackage

/// The usual starting point: a repository at a Hub, and a fresh overlay without its files.
struct RepositoryAtHub: Sendable {
    static let name = "acme/tiny"
    static let commit = String(repeating: "a", count: 40)
    static let otherCommit = String(repeating: "b", count: 40)

    let folder: TemporaryFolder
    /// The folder that the server serves.
    let hub: FilePath
    let repository: FilePath
    var overlay: Overlay
    /// Does not exist yet.
    let destination: FilePath
    /// The files of ``commit``, by path.
    var files: [String: Data] = [:]

    /// Without files, the repository has a small one, an empty one and a large one.
    init(kind: String = "models", name: String = name, files: [String: Data]? = nil) throws {
        folder = try TemporaryFolder()
        hub = try folder.make("hub")
        repository = hub.appending(kind).pushing(FilePath(name))
        overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment["HOME"] = folder.path.string
        destination = folder.path.appending("destination")
        self.files =
            files ?? [
                "config.json": Data("{\"a\": 1}\n".utf8), "sub/empty.txt": Data(),
                "sub/größe 1%.txt": Data("x".utf8),
                "model.safetensors": FileAtOrigin.data(9 << 20, seed: 7),
            ]
        for (path, data) in self.files { try add(path, data, at: Self.commit) }
        try refer("main", to: Self.commit)
    }

    func add(_ path: String, _ data: Data, at commit: String) throws {
        let file = repository.appending(commit).pushing(FilePath(path))
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try data.write(to: URL(filePath: file.string))
    }

    /// A branch or tag.
    func refer(_ name: String, to commit: String) throws {
        let folder = repository.appending("refs").string
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = name.replacingOccurrences(of: "/", with: "%2F")
        try commit.write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
    }

    /// How the server behaves (see hub.py).
    func behave(_ json: String) throws {
        try json.write(
            toFile: repository.appending("hub.json").string, atomically: true, encoding: .utf8)
    }

    /// Serves the repository while `body` runs with an overlay that uses the server.
    func serving<Value: Sendable>(
        _ body: @Sendable (HubServer, RepositoryAtHub) async throws -> Value
    ) async throws -> Value {
        try await HubServer.serving(hub) { server in
            var given = self
            given.overlay.environment["HF_ENDPOINT"] = server.endpoint
            return try await body(server, given)
        }
    }

    /// Runs `pierdat` with the arguments and the destination.
    func get(_ arguments: String...) async throws -> Ended {
        try await overlay.pierdat(arguments + [destination.string])
    }

    /// The files below the destination, by path.
    var arrived: [String: Data] { Self.files(below: destination) }

    static func files(below folder: FilePath) -> [String: Data] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.string)) ?? []
        var files: [String: Data] = [:]
        for path in paths {
            let place = folder.pushing(FilePath(path)).string
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            files[path] = try? Data(contentsOf: URL(filePath: place))
        }
        return files
    }

    /// The files as they should be in the destination, below `root`.
    func expected(below root: String = "tiny") -> [String: Data] {
        Dictionary(uniqueKeysWithValues: files.map { ("\(root)/\($0)", $1) })
    }
}
