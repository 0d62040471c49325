import BackendContract
import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// A list in which a backend names the files of the data below DEST. It is a file in memory, so it
/// leaves nothing behind and needs no writable file system.
public struct Manifest: Sendable {
    /// The longest that is read, in bytes.
    private static let limit = 256 << 20

    private let file: OwnedDescriptor

    /// nil if the kernel does not support files in memory.
    public init?() {
        guard let file = try? OwnedDescriptor(takingOver: linux_memory_file("manifest")) else {
            return nil
        }
        self.file = file
    }

    /// The path by which another process of the same user opens it: proc(5).
    public var path: String { "/proc/\(getpid())/fd/\(file.rawValue)" }

    /// The environment variable that tells backends the path.
    public var settings: [String: String] { [EnvironmentVariable.manifest.rawValue: path] }

    /// The listed files and their parent folders, relative to DEST. Ignores paths that would leave
    /// DEST.
    public func files() throws(Errno) -> Set<FilePath> {
        Self.files(in: try contents())
    }

    static func files(in contents: [UInt8]) -> Set<FilePath> {
        var files: Set<FilePath> = []
        for bytes in contents.split(separator: 0) {
            var path = FilePath(platformString: bytes.map(CChar.init(bitPattern:)) + [0])
            guard path.isRelative, !path.components.contains(where: { $0.kind != .regular }) else {
                continue
            }
            while !path.isEmpty, files.insert(path).inserted { path.removeLastComponent() }
        }
        if !files.isEmpty { files.insert("") }
        return files
    }

    /// The bytes of the path, terminated by a zero.
    private static func entry(of file: FilePath) -> [UInt8] {
        file.withPlatformString { name in
            UnsafeBufferPointer(start: name, count: strlen(name) + 1).map(UInt8.init(bitPattern:))
        }
    }

    private func contents() throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < Self.limit {
            let count = pread(file.rawValue, &chunk, chunk.count, bytes.count)
            guard count >= 0 else { throw Errno(rawValue: errno) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// Adds `files` to the manifest that the environment names, if any.
    public static func tell(_ files: [FilePath], environment: [String: String]) throws(Errno) {
        guard let path = environment[.manifest], !path.isEmpty else { return }
        do {
            let manifest = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.append, .closeOnExec])
            try manifest.closeAfter {
                _ = try manifest.writeAll(files.flatMap(Self.entry))
            }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }
}
