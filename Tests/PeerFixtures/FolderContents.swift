import Foundation
import Glibc
import SystemPackage

/// All that an archive of a folder would tell of it: bytes, links, modes, owners and times.
public struct FolderContents: Equatable, Sendable {
    /// What a name stands for.
    public struct Entry: Equatable, Sendable, CustomStringConvertible {
        public let mode: mode_t
        public let user: uid_t
        public let group: gid_t
        /// When it was written last, in nanoseconds since 1970.
        public let time: Int64
        /// Of a file its bytes, of a link what it leads to.
        public let contents: Data

        public var description: String {
            "\(String(mode, radix: 8)) \(user):\(group) \(time) \(contents.count) bytes"
        }
    }

    /// By their paths below the folder; that itself is ".".
    public let entries: [String: Entry]

    /// Reads `folder`, and all that is below it; or a single file.
    public init(of folder: FilePath) throws {
        var entries: [String: Entry] = [:]
        entries["."] = try Entry(at: folder)
        for name in FileManager.default.subpaths(atPath: folder.string) ?? [] {
            entries[name] = try Entry(at: folder.pushing(FilePath(name)))
        }
        self.entries = entries
    }

    /// What differs, for a person.
    public func differences(from other: FolderContents) -> [String] {
        Set(entries.keys).union(other.entries.keys).sorted().compactMap { name in
            let (one, two) = (entries[name], other.entries[name])
            guard one != two else { return nil }
            return "\(name): \(one.map(\.description) ?? "-"), \(two.map(\.description) ?? "-")"
                + Self.difference(one?.contents ?? Data(), two?.contents ?? Data())
        }
    }

    /// Where two contents part, and how they go on.
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
    /// Of what `path` names; of a link its own.
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
