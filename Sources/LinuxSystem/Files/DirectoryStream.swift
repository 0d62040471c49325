import Glibc
import SystemPackage

/// Lists the entries of a folder: readdir(3).
public struct DirectoryStream: ~Copyable {
    /// The open folder, for openat(2) and its relatives.
    let descriptor: CInt
    private let stream: OpaquePointer

    private static let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// Opens the folder `path`. Throws the error from open(2).
    public init(_ path: FilePath) throws(Errno) {
        try self.init(takingOver: path.withPlatformString { open($0, Self.flags) })
    }

    /// Opens the folder `name` in `parent`. Does not follow a link.
    init(_ name: FilePath, in parent: borrowing DirectoryStream) throws(Errno) {
        let folder = parent.descriptor
        try self.init(
            takingOver: name.withPlatformString { openat(folder, $0, Self.flags | O_NOFOLLOW) })
    }

    private init(takingOver descriptor: CInt) throws(Errno) {
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        guard let stream = fdopendir(descriptor) else {
            let error = Errno(rawValue: errno)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.stream = stream
    }

    deinit {
        closedir(stream)
    }

    /// All names except `.` and `..`, in no particular order. A second call returns none.
    public func names() -> [FilePath] {
        var names: [FilePath] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    FilePath(platformString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
