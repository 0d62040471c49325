import Foundation
import SystemPackage

/// Files to publish: nested folders, an empty file, and names with blanks and non-ASCII characters.
public struct DataSet: Sendable {
    /// The folder that contains `root`.
    public let folder: FilePath
    public static let name = "data set"

    private static let sizes = [
        "a file.bin": 700_000, "empty": 0, "nested/deep/größe.bin": 300_001, "nested/it's.txt": 17,
    ]

    /// Writes the files below `folder`. Each `seed` gives different contents.
    public init(in folder: FilePath, seed: UInt64 = 1) throws {
        self.folder = folder
        var generator = SplitMix(seed: seed)
        for (name, size) in Self.sizes.sorted(by: { $0.key < $1.key }) {
            let path = folder.appending(Self.name).appending(name)
            try FileManager.default.createDirectory(
                atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
            try generator.bytes(size).write(to: URL(filePath: path.string))
        }
    }

    /// The torrent's own folder.
    public var root: FilePath { folder.appending(Self.name) }

    /// True if `other` contains exactly the same files with the same contents.
    public func isEqual(below other: FilePath) throws -> Bool {
        try Self.files(below: other.appending(Self.name)) == Self.files(below: root)
    }

    /// The same for a client that does not create empty files.
    public func isEqualButForEmptyFiles(below other: FilePath) throws -> Bool {
        try Self.files(below: other.appending(Self.name))
            == Self.files(below: root).filter { !$0.value.isEmpty }
    }

    /// The largest file.
    public var largest: FilePath { root.appending("a file.bin") }

    /// Flips a byte in the middle of the largest file.
    public func corrupt() throws {
        let file = try FileDescriptor.open(largest, .readWrite)
        try file.closeAfter {
            var byte: [UInt8] = [0]
            _ = try byte.withUnsafeMutableBytes {
                try file.read(fromAbsoluteOffset: 350_000, into: $0)
            }
            byte[0] ^= 0xFF
            _ = try byte.withUnsafeBytes { try file.write(toAbsoluteOffset: 350_000, $0) }
        }
    }

    /// Copies the data to `folder`.
    public func copy(to folder: FilePath) throws -> DataSet {
        try FileManager.default.copyItem(
            atPath: root.string, toPath: folder.appending(Self.name).string)
        return DataSet(at: folder)
    }

    /// The existing files below `folder`.
    public init(at folder: FilePath) {
        self.folder = folder
    }

    private static func files(below root: FilePath) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root.string) {
            let path = root.appending(name)
            guard !(try FileDescriptor.isFolder(path)) else { continue }
            files[name] = try Data(contentsOf: URL(filePath: path.string))
        }
        return files
    }
}

extension FileDescriptor {
    fileprivate static func isFolder(_ path: FilePath) throws -> Bool {
        try FileManager.default.attributesOfItem(atPath: path.string)[.type] as? FileAttributeType
            == .typeDirectory
    }
}
