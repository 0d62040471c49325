import Glibc
import SystemPackage

/// A file that is read as a whole, as those of /proc.
public enum SmallFile {
    /// What it holds; nil if it cannot be read, or holds more than `limit` bytes.
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
