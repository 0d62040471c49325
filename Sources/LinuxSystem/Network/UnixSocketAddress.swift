import Glibc
import SystemPackage

/// Where a Unix socket is: a path, or a name in the kernel's own ("abstract") space. unix(7).
public struct UnixSocketAddress: Sendable {
    private let bytes: [UInt8]

    /// What `sun_path` holds, with the zero byte that ends a path.
    private static let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    /// nil where the path is longer than the kernel takes: 107 bytes.
    public init?(path: String) {
        self.init(bytes: Array(path.utf8) + [0])
    }

    /// As NOTIFY_SOCKET says it, sd_notify(3): a path from the root, or `@` and an abstract name.
    public init?(notifySocket text: String) {
        switch text.first {
        case "@": self.init(bytes: [0] + Array(text.utf8.dropFirst()))
        case "/": self.init(path: text)
        default: return nil
        }
    }

    private init?(bytes: [UInt8]) {
        guard 2...Self.capacity ~= bytes.count else { return nil }
        self.bytes = bytes
    }

    /// Hands it to `body` as the system calls take it.
    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = MemoryLayout<sa_family_t>.size + bytes.count
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
