import Glibc

/// Where a server accepts connections: a port, on one address or on all.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// The bytes of an address.
    public enum Host: Equatable, Sendable {
        case any
        /// 4 bytes.
        case ipv4([UInt8])
        /// 16 bytes.
        case ipv6([UInt8])
    }

    /// The address.
    public let host: Host
    /// The port. 0: one that the kernel chooses.
    public let port: UInt16
    /// The text that was parsed.
    public let description: String

    /// Parses `PORT`, `:PORT`, `ADDRESS:PORT` or `[IPV6]:PORT`. nil if the text is malformed or has a name.
    public init?(parsing text: String) {
        description = text
        let colon = text.lastIndex(of: ":")
        let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
        guard let port = WholeNumber.parse(digits, within: 0...UInt16.max) else { return nil }
        self.port = port
        let host = colon.map { text[..<$0] } ?? ""
        if host.isEmpty {
            self.host = .any
        } else if host.hasPrefix("["), host.hasSuffix("]") {
            guard let bytes = Self.bytes(of: host.dropFirst().dropLast(), AF_INET6, 16) else {
                return nil
            }
            self.host = .ipv6(bytes)
        } else {
            guard let bytes = Self.bytes(of: host, AF_INET, 4) else { return nil }
            self.host = .ipv4(bytes)
        }
    }

    private static func bytes(of text: Substring, _ family: CInt, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, String(text), &bytes) == 1 ? bytes : nil
    }
}
