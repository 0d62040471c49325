import Glibc
import SystemPackage

/// The seed list on disk, or the get list, which has the same format.
public struct SeedListFile: Sendable {
    /// What the lines stand for.
    public enum Kind: Equatable, Sendable, CustomStringConvertible {
        /// A line is a command that seeds.
        case seed
        /// A line is what follows `pierdat` on a command line.
        case get

        /// The name for messages.
        public var description: String {
            switch self {
            case .seed: "seed list"
            case .get: "get list"
            }
        }
    }

    /// The path of the file, which need not exist yet.
    public let path: FilePath
    private let kind: Kind

    /// The maximum size of a seed list in bytes.
    public static let maximumSize = 64 << 20

    /// The list at `path`. Reads nothing yet.
    public init(_ path: FilePath, _ kind: Kind = .seed) {
        self.path = path
        self.kind = kind
    }

    /// Reads and parses the list. A file that does not exist is an empty list.
    public func read() throws(SeedListError) -> SeedList {
        do {
            let file = try FileDescriptor.open(
                path, .readOnly, options: [.closeOnExec, .nonBlocking])
            let text = try file.closeAfter { try Self.contents(of: file) }
            return SeedList(parsing: text)
        } catch let error as SeedListError {
            throw error
        } catch let error as Errno {
            guard error != .noSuchFileOrDirectory else { return SeedList(parsing: "") }
            throw .cannotRead(path, error, kind)
        } catch {
            throw .cannotRead(path, .ioError, kind)
        }
    }

    /// Appends the lines that the list does not yet contain. Uses an exclusive lock (flock(2)) and
    /// a single write. The data is on disk when this returns. Creates the file and its folder if
    /// missing. On failure the file stays byte for byte unchanged.
    public func append(_ lines: [SeedLine]) throws(SeedListError) {
        guard !lines.isEmpty else { return }
        // On an overlay file system, opening the file for writing copies it into a new image layer.
        if let present = try? Set(read().lines), present.isSuperset(of: lines) { return }
        do {
            let file = try openForAppending()
            try file.closeAfter {
                try Self.lock(file)
                try Self.append(lines, to: file)
            }
        } catch let error as SeedListError {
            throw error
        } catch let error as Errno {
            throw .cannotWrite(path, error, kind)
        } catch {
            throw .cannotWrite(path, .ioError, kind)
        }
    }

    /// Throws if `append` would fail for a missing folder or permission. Leaves nothing behind
    /// except the folder.
    public func checkWritable() throws(SeedListError) {
        do throws(Errno) {
            try makeFolder()
            let existing = access(path, W_OK)
            if existing == .noSuchFileOrDirectory {
                if let error = access(path.removingLastComponent(), W_OK | X_OK) { throw error }
            } else if let existing {
                throw existing
            }
        } catch {
            throw .cannotWrite(path, error, kind)
        }
    }

    private func openForAppending() throws(Errno) -> FileDescriptor {
        try makeFolder()
        do {
            return try FileDescriptor.open(
                path, .readWrite, options: [.append, .create, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }

    private func makeFolder() throws(Errno) {
        let folder = path.removingLastComponent()
        let made = folder.withPlatformString { mkdir($0, 0o755) }
        guard made == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
    }

    private func access(_ path: FilePath, _ mode: CInt) -> Errno? {
        path.withPlatformString { Glibc.access($0, mode) == 0 ? nil : Errno(rawValue: errno) }
    }

    private static func lock(_ file: FileDescriptor) throws(Errno) {
        while flock(file.rawValue, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    private static func append(_ lines: [SeedLine], to file: FileDescriptor) throws {
        let before = try contentsWithoutPadding(of: file)
        let present = Set(SeedList(parsing: before).lines)
        var added: Set<SeedLine> = []
        let new = lines.filter { !present.contains($0) && added.insert($0).inserted }
        guard !new.isEmpty else { return }
        let bytes = Self.bytes(of: new, after: before)
        do {
            let written = try bytes.withUnsafeBytes { try file.write($0) }
            guard written == bytes.count else { throw Errno.noSpace }
            guard fsync(file.rawValue) == 0 || errno == EINVAL else { throw Errno(rawValue: errno) }
        } catch {
            ftruncate(file.rawValue, off_t(before.count))
            throw error
        }
    }

    /// What to append so that `lines` follow `before`.
    private static func bytes(of lines: [SeedLine], after before: [UInt8]) -> [UInt8] {
        let texts = lines.map { Array("\($0.text)\n".utf8) }
        let last = before[((before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)...]
        // A crash may have cut a line short: complete it.
        if !last.isEmpty, let cut = texts.firstIndex(where: { $0.starts(with: last) }) {
            let others = texts[..<cut] + texts[(cut + 1)...]
            return Array(texts[cut].dropFirst(last.count)) + others.joined()
        }
        // A list edited by hand may lack its final newline.
        return (last.isEmpty ? [] : [UInt8(ascii: "\n")]) + texts.joined()
    }

    /// Some file systems leave zeros at the end of a file that was growing when the machine crashed. Removes them.
    private static func contentsWithoutPadding(of file: FileDescriptor) throws -> [UInt8] {
        var contents = try contents(of: file)
        let padding = contents.reversed().prefix { $0 == 0 }.count
        guard padding > 0 else { return contents }
        contents.removeLast(padding)
        guard ftruncate(file.rawValue, off_t(contents.count)) == 0 else {
            throw Errno(rawValue: errno)
        }
        return contents
    }

    private static func contents(of file: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try chunk.withUnsafeMutableBytes {
                try file.read(fromAbsoluteOffset: Int64(bytes.count), into: $0)
            }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= maximumSize else { throw SeedListError.tooLarge }
        }
    }
}
