import Foundation
import SystemPackage

/// A folder of a test's own, which every user may enter; gone when the test is.
public final class TemporaryFolder: Sendable {
    public let path: FilePath

    public init() throws {
        path = FilePath(FileManager.default.temporaryDirectory.path).appending(
            "pierdat-\(UUID().uuidString)")
        try Self.create(path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    /// Makes the folder `name` in it.
    public func make(_ name: String) throws -> FilePath {
        let made = path.appending(name)
        try Self.create(made)
        return made
    }

    private static func create(_ path: FilePath) throws {
        try FileManager.default.createDirectory(
            atPath: path.string, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
    }
}
