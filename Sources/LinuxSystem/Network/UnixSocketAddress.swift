import Glibc
import SystemPackage

/// The address of a Unix socket: a path or a name in the abstract namespace. unix(7).
public struct UnixSocketAddress: Sendable {
    private let bytes: [UInt8]

    /// The size of `sun_path`, including a path's terminating zero.
    private static let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    /// nil if the path exceeds the kernel's limit of 107 bytes.
    public init?(path: String) {
        self.init(bytes: Array(path.utf8) + [0])
    }

    /// Parses NOTIFY_SOCKET as in sd_notify(3): an absolute path, or `@` and an abstract name.
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

    /// Passes the address to `body` in the form that system calls take.
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
