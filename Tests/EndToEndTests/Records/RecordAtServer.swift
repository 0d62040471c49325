import Foundation
import PeerFixtures
import SystemPackage

/// The usual starting point: the files of a record at a server, and a fresh overlay without them.
struct RecordAtServer: Sendable {
    typealias Kind = RecordServer.Kind

    let folder: TemporaryFolder
    /// What the server serves.
    let record: FilePath
    var overlay: Overlay
    /// Does not exist yet.
    let destination: FilePath
    /// By path.
    let files: [String: Data]

    init(files: [String: Data]? = nil) throws {
        folder = try TemporaryFolder()
        record = try folder.make("record")
        overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment["HOME"] = folder.path.string
        destination = folder.path.appending("destination")
        self.files =
            files ?? [
                "data.bin": FileAtOrigin.data(9 << 20, seed: 7), "empty": Data(),
                "readme.txt": Data("Read me.\n".utf8), "sub/größe 1%.dat": Data("x".utf8),
                "table.csv": Data("a,original,table\n".utf8),
            ]
        for (path, data) in self.files { try put(path, data) }
    }

    /// Writes a file of the record.
    func put(_ path: String, _ data: Data) throws {
        let file = record.appending("files").pushing(FilePath(path))
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try data.write(to: URL(filePath: file.string))
    }

    /// How the server behaves (see records.py).
    func behave(_ json: String) throws {
        try json.write(
            toFile: record.appending("records.json").string, atomically: true, encoding: .utf8)
    }

    func serving<Value: Sendable>(
        _ body: @Sendable (RecordServer) async throws -> Value
    ) async throws -> Value {
        try await RecordServer.serving(record, body)
    }

    /// Runs `pierdat` with the arguments and the destination.
    func get(_ arguments: String...) async throws -> Ended {
        try await overlay.pierdat(arguments + [destination.string])
    }

    /// The files below the destination, by path.
    var arrived: [String: Data] { RepositoryAtHub.files(below: destination) }

    /// The usual name of the record's folder.
    static func name(_ kind: Kind) -> String {
        switch kind {
        case .zenodo: "zenodo.123"
        case .dataverse: "ABCDEF"
        case .archive: "item"
        }
    }

    /// The files as they should be in the destination.
    func expected(_ kind: Kind) -> [String: Data] {
        Dictionary(uniqueKeysWithValues: files.map { ("\(Self.name(kind))/\($0)", $1) })
    }

    /// The URI to pin that was printed.
    static func pinned(in ended: Ended) -> String? {
        ended.errors.firstMatch(of: /use '([^']+)'/).map { String($0.1) }
    }
}
