import Foundation
import PeerFixtures
import SystemPackage

/// The usual starting point: data in an IPFS node, and a fresh overlay without it.
struct ContentOnIPFS: Sendable {
    let folder: TemporaryFolder
    /// A file or a folder.
    let path: FilePath
    var overlay: Overlay
    /// Does not exist yet.
    let destination: FilePath
    var form = IPFSNode.Form.standard

    private init(_ make: (FilePath) throws -> Void) throws {
        folder = try TemporaryFolder()
        path = folder.path.appending("data")
        try make(path)
        overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment["HOME"] = folder.path.string
        destination = folder.path.appending("destination")
    }

    /// A file, which has several levels of blocks by default.
    static func file(bytes: Int = 50 << 20, _ form: IPFSNode.Form = .standard) throws -> Self {
        var content = try Self { path in
            try FileAtOrigin.data(bytes, seed: 3).write(to: URL(filePath: path.string))
        }
        content.form = form
        return content
    }

    /// A folder that `make` fills.
    static func folder(_ make: (FilePath) throws -> Void) throws -> Self {
        try Self { path in
            try FileManager.default.createDirectory(
                atPath: path.string, withIntermediateDirectories: true)
            try make(path)
        }
    }

    /// A folder with files of all sizes and a folder in a folder.
    static func folder() throws -> Self {
        try folder { path in
            try write(1 << 20, to: path.appending("large"))
            try write(5, to: path.appending("small é"))
            try write(0, to: path.appending("empty"))
            let deep = path.appending("sub/deep")
            try FileManager.default.createDirectory(
                atPath: deep.string, withIntermediateDirectories: true)
            try write(300_000, to: deep.appending("file"))
        }
    }

    static func write(_ bytes: Int, to path: FilePath) throws {
        try FileAtOrigin.data(bytes, seed: UInt64(bytes) + 9).write(to: URL(filePath: path.string))
    }

    /// Serves the data while `body` runs, with the CID.
    func served<Value: Sendable>(
        _ body: @Sendable (IPFSNode, String) async throws -> Value
    ) async throws -> Value {
        let state = folder.path.appending("node")
        return try await IPFSNode.serving([(form, path)], state: state) { node in
            try await body(node, node.cids[0])
        }
    }

    /// Runs `pierdat` with the URI and the destination, and with gateways alone that are given.
    func get(
        _ uri: String, from gateways: String..., options: [String] = []
    ) async throws -> Ended {
        try await overlay(asking: gateways).pierdat(options + [uri, destination.string])
    }

    func overlay(asking gateways: [String]) -> Overlay {
        var overlay = overlay
        overlay.environment["PIERDAT_IPFS_GATEWAYS"] =
            gateways.isEmpty ? "none" : gateways.joined(separator: ",")
        return overlay
    }

    /// True if the destination has the data under `name`, byte for byte, and nothing else.
    func isComplete(as name: String) throws -> Bool {
        let names = try FileManager.default.contentsOfDirectory(atPath: destination.string)
        return try names == [name]
            && Self.isEqual(path.string, destination.appending(name).string)
    }

    /// Foundation's own comparison of folders depends on links and attributes.
    private static func isEqual(_ one: String, _ two: String) throws -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: one, isDirectory: &isFolder) else {
            return false
        }
        guard isFolder.boolValue else {
            return FileManager.default.contentsEqual(atPath: one, andPath: two)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: one).sorted()
        guard try FileManager.default.contentsOfDirectory(atPath: two).sorted() == names else {
            return false
        }
        return try names.allSatisfy { try isEqual("\(one)/\($0)", "\(two)/\($0)") }
    }
}
