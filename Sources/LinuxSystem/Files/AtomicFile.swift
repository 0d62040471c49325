import Glibc
import SystemPackage

/// Atomic writes: the file is written under a temporary name, then renamed (rename(2)).
public enum AtomicFile {
    /// Replaces `path` with a file of mode 0644 that contains `bytes`. The data is on disk when
    /// this returns, unless `isDurable` is false.
    public static func write(
        _ bytes: [UInt8], to path: FilePath, isDurable: Bool = true
    ) throws(Errno) {
        let name = path.lastComponent?.string ?? ""
        let beside = path.removingLastComponent().appending(".\(name).\(getpid())")
        // Removes a leftover file, or a link planted under the temporary name.
        beside.withPlatformString { _ = unlink($0) }
        do {
            let file = try FileDescriptor.open(
                beside, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try file.closeAfter {
                try file.writeAll(bytes)
                guard !isDurable || fsync(file.rawValue) == 0 || errno == EINVAL else {
                    throw Errno(rawValue: errno)
                }
            }
            try rename(beside, to: path)
        } catch {
            beside.withPlatformString { _ = unlink($0) }
            throw error as? Errno ?? .ioError
        }
    }

    private static func rename(_ old: FilePath, to new: FilePath) throws(Errno) {
        let result = old.withPlatformString { old in
            new.withPlatformString { new in Glibc.rename(old, new) }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }
}
