import CLibtorrent
import LinuxSystem

/// A CIDR block, such as `10.0.0.0/8` or `2001:db8::/32`.
public struct AddressBlock: Hashable, Sendable {
    /// An address of the block.
    public let address: IPAddress
    /// The length of the prefix in bits.
    public let length: Int

    /// Parses a block, or a single address, which is a block of one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let bits = address.bytes.count * 8
        guard let last = parts.dropFirst().first else {
            self.init(address: address, length: bits)
            return
        }
        guard let length = WholeNumber.parse(last, within: 0...bits) else { return nil }
        self.init(address: address, length: length)
    }

    private init(address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }

    /// True if `other` is entirely inside this block.
    public func contains(_ other: AddressBlock) -> Bool {
        let (own, others) = (address.bytes, other.address.bytes)
        guard others.count == own.count, other.length >= length else { return false }
        return (0..<length).allSatisfy { bit in
            (own[bit / 8] ^ others[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }

    var value: pierdat_block {
        var block = pierdat_block()
        withUnsafeMutableBytes(of: &block.address) { $0.copyBytes(from: address.bytes) }
        block.is_v6 = address.isIPv6
        block.length = CInt(length)
        return block
    }
}
