import Foundation
import Glibc
import SystemPackage

/// Everything that an archive of a folder would record: bytes, links, modes, owners and times.
public struct FolderContents: Equatable, Sendable {
    /// An entry of the folder.
    public struct Entry: Equatable, Sendable, CustomStringConvertible {
        public let mode: mode_t
        public let user: uid_t
        public let group: gid_t
        /// The modification time in nanoseconds since 1970.
        public let time: Int64
        /// The bytes of a file, or the target of a link.
        public let contents: Data

        public var description: String {
            "\(String(mode, radix: 8)) \(user):\(group) \(time) \(contents.count) bytes"
        }
    }

    /// The entries by paths relative to the folder. The folder itself is ".".
    public let entries: [String: Entry]

    /// Reads `folder` and everything below it, or a single file.
    public init(of folder: FilePath) throws {
        var entries: [String: Entry] = [:]
        entries["."] = try Entry(at: folder)
        for name in FileManager.default.subpaths(atPath: folder.string) ?? [] {
            entries[name] = try Entry(at: folder.pushing(FilePath(name)))
        }
        self.entries = entries
    }

    /// The differences, for people.
    public func differences(from other: FolderContents) -> [String] {
        Set(entries.keys).union(other.entries.keys).sorted().compactMap { name in
            let (one, two) = (entries[name], other.entries[name])
            guard one != two else { return nil }
            return "\(name): \(one.map(\.description) ?? "-"), \(two.map(\.description) ?? "-")"
                + Self.difference(one?.contents ?? Data(), two?.contents ?? Data())
        }
    }

    /// The position of the first difference and what follows.
    private static func difference(_ one: Data, _ two: Data) -> String {
        guard one != two else { return "" }
        let offset = zip(one, two).prefix { $0 == $1 }.count
        let rests = [one, two].map { contents in
            contents.dropFirst(offset).prefix(32).map { byte in
                (0x20..<0x7F).contains(byte)
                    ? String(UnicodeScalar(byte)) : "\\x\(String(byte, radix: 16))"
            }.joined()
        }
        return "; from byte \(offset) on: '\(rests[0])', '\(rests[1])'"
    }
}

extension FolderContents.Entry {
    /// The entry at `path`. A link is not followed.
    public init(at path: FilePath) throws {
        var information = stat()
        guard lstat(path.string, &information) == 0 else { throw Errno(rawValue: errno) }
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path.string)
        mode = information.st_mode
        user = information.st_uid
        group = information.st_gid
        let written = information.st_mtim
        time = Int64(written.tv_sec) * 1_000_000_000 + Int64(written.tv_nsec)
        if let target {
            contents = Data(target.utf8)
        } else if information.st_mode & S_IFMT == S_IFREG {
            contents = try Data(contentsOf: URL(filePath: path.string))
        } else {
            contents = Data()
        }
    }
}
