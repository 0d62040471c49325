import Glibc
import SystemPackage

/// Reads a small file as a whole, such as the files in /proc.
public enum SmallFile {
    /// The file's contents. nil if it cannot be read or is larger than `limit` bytes.
    public static func contents(of path: FilePath, atMost limit: Int) -> [UInt8]? {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
        guard
            let file = try? OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, flags) })
        else { return nil }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file.rawValue, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, bytes.count + count <= limit else { return nil }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}
