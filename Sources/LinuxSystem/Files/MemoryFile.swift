import CLinux
import Glibc
import SystemPackage

/// A file in memory that other processes of the same user open by a path: memfd_create(2). It needs no writable file
/// system.
public final class MemoryFile: Sendable {
    private let descriptor: OwnedDescriptor

    /// An empty file.
    public init() throws(Errno) {
        descriptor = try Self.make()
    }

    /// The path, as long as this process runs: proc(5).
    public var path: FilePath { FilePath("/proc/\(getpid())/fd/\(descriptor.rawValue)") }

    /// Replaces the file at once. A process that has opened it goes on to read the former contents.
    public func replace(by bytes: [UInt8]) throws(Errno) {
        let new = try Self.make()
        do {
            try FileDescriptor(rawValue: new.rawValue).writeAll(bytes)
        } catch {
            throw error as? Errno ?? .ioError
        }
        guard dup3(new.rawValue, descriptor.rawValue, O_CLOEXEC) >= 0 else {
            throw Errno(rawValue: errno)
        }
    }

    private static func make() throws(Errno) -> OwnedDescriptor {
        try OwnedDescriptor(takingOver: linux_memory_file("pierdat"))
    }
}
