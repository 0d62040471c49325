import CLibtorrent
import Glibc

/// A CIDR block, such as `10.0.0.0/8` or `2001:db8::/32`.
public struct AddressBlock: Hashable, Sendable {
    /// In network byte order: 4 or 16 bytes.
    public let address: [UInt8]
    /// The length of the prefix in bits.
    public let length: Int

    /// Parses a block, or a single address, which is a block of one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = Self.bytes(String(first)) else { return nil }
        let bits = address.count * 8
        guard let last = parts.dropFirst().first else {
            self.init(address: address, length: bits)
            return
        }
        guard last.allSatisfy(\.isNumber), let length = Int(last), length <= bits else {
            return nil
        }
        self.init(address: address, length: length)
    }

    private init(address: [UInt8], length: Int) {
        self.address = address
        self.length = length
    }

    /// True if `other` is entirely inside this block.
    public func contains(_ other: AddressBlock) -> Bool {
        guard other.address.count == address.count, other.length >= length else { return false }
        return (0..<length).allSatisfy { bit in
            (address[bit / 8] ^ other.address[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }

    /// inet_pton(3).
    private static func bytes(_ text: String) -> [UInt8]? {
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }

    var value: pierdat_block {
        var block = pierdat_block()
        withUnsafeMutableBytes(of: &block.address) { $0.copyBytes(from: address) }
        block.is_v6 = address.count == 16
        block.length = CInt(length)
        return block
    }
}
