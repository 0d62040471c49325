import Foundation
import Glibc
import SystemPackage

/// A folder that every user may enter and that is deleted with the test.
public final class TemporaryFolder: Sendable {
    public let path: FilePath
    private let isInMemory: Bool

    /// If `inMemory` is set, the folder is a separate file system, for more files than a disk can
    /// create and delete quickly. (Only root can.)
    public init(inMemory: Bool = false) throws {
        isInMemory = inMemory
        path = FilePath(FileManager.default.temporaryDirectory.path).appending(
            "pierdat-\(UUID().uuidString)")
        try Self.create(path)
        guard inMemory else { return }
        guard mount("tmpfs", path.string, "tmpfs", 0, "mode=755") == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    deinit {
        if isInMemory { umount2(path.string, Int32(MNT_DETACH)) }
        try? FileManager.default.removeItem(atPath: path.string)
    }

    /// Creates the subfolder `name`.
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
