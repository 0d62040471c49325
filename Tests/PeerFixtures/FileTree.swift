import Foundation
import Glibc
import LinuxSystem
import SystemPackage

/// Files and links with their contents, keyed by the bytes of their paths, because different names
/// can look alike.
public struct FileTree: Equatable, Sendable, CustomStringConvertible {
    public enum Entry: Equatable, Sendable {
        case file(Data)
        case link(to: FilePath)
        case other
    }

    public var entries: [FilePath: Entry]

    public init(_ entries: [FilePath: Entry]) {
        self.entries = entries
    }

    /// Files with these names, each with different contents.
    public init(names: [String]) {
        entries = Dictionary(
            uniqueKeysWithValues: names.enumerated().map { number, name in
                let text = String(repeating: "\(number) ", count: 20 + number * 200)
                return (FilePath(name), .file(Data(text.utf8)))
            })
    }

    /// Everything below `folder` except folders.
    public init(below folder: FilePath) throws {
        var entries: [FilePath: Entry] = [:]
        try FolderTree(folder).visit { file throws(any Error) in
            let path = folder.pushing(file.path)
            switch file.status.kind {
            case .file: entries[file.path] = .file(try Data(contentsOfFile: path))
            case .link: entries[file.path] = .link(to: try Self.target(of: path))
            case .other: entries[file.path] = .other
            case .folder: break
            }
        }
        self.entries = entries
    }

    /// Writes the tree below `folder`.
    public func write(below folder: FilePath) throws {
        for (path, entry) in entries {
            let place = folder.pushing(path)
            try Folder.make(place.removingLastComponent())
            switch entry {
            case .file(let contents): try contents.write(toFile: place)
            case .link(let target):
                let made = target.withPlatformString { target in
                    place.withPlatformString { symlink(target, $0) }
                }
                guard made == 0 else { throw Errno(rawValue: errno) }
            case .other: throw FixtureError("\(path) can be no file")
            }
        }
    }

    public var description: String {
        entries.keys.map { "\($0.string.debugDescription)" }.sorted().joined(separator: ", ")
    }

    private static func target(of link: FilePath) throws -> FilePath {
        var buffer = [CChar](repeating: 0, count: 4097)
        guard link.withPlatformString({ readlink($0, &buffer, 4096) }) >= 0 else {
            throw Errno(rawValue: errno)
        }
        return FilePath(platformString: buffer)
    }
}

extension Data {
    /// Foundation's URLs do not preserve the bytes of every name.
    public init(contentsOfFile path: FilePath) throws {
        let file = try FileDescriptor.open(path, .readOnly)
        self = try file.closeAfter {
            try FileHandle(fileDescriptor: file.rawValue).readToEnd() ?? Data()
        }
    }

    /// Creates the file or replaces its contents.
    public func write(toFile path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try file.closeAfter { _ = try file.writeAll(self) }
    }
}
