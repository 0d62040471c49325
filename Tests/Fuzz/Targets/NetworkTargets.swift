import LinuxSystem

@testable import BitTorrent

extension FuzzTarget {
    /// A block of addresses, and in a line of its own another: it holds that where the first bits are the
    /// same.
    static let addressBlock = FuzzTarget("address-block") { bytes throws(BrokenPromise) in
        let blocks = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).compactMap {
            AddressBlock(String(decoding: $0, as: UTF8.self))
        }
        for block in blocks {
            try BrokenPromise.unless(
                [4, 16].contains(block.address.count)
                    && (0...block.address.count * 8).contains(block.length),
                "\(block.length) bits of \(block.address) are the same")
            try BrokenPromise.unless(block.contains(block), "\(block) does not hold itself")
        }
        guard blocks.count == 2 else { return }
        let (first, second) = (prefix(of: blocks[0]), prefix(of: blocks[1]))
        let isWithin =
            blocks[0].address.count == blocks[1].address.count && second.hasPrefix(first)
        try BrokenPromise.unless(
            blocks[0].contains(blocks[1]) == isWithin, "\(first) and \(second) are not told apart")
    }

    /// In binary digits.
    private static func prefix(of block: AddressBlock) -> String {
        let digits = block.address.map { byte in
            let digits = String(byte, radix: 2)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        return String(digits.joined().prefix(block.length))
    }

    /// A proxy: what SOCKS5 and HTTP can say of it, and written anew it is the same.
    static let proxy = FuzzTarget("proxy") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let proxy = Proxy(text) else { return }
        try BrokenPromise.unless(
            (1...255).contains(proxy.host.utf8.count)
                && (1...255).contains(proxy.user?.utf8.count ?? 1)
                && proxy.password?.utf8.count ?? 0 <= 255, "\(text) is \(proxy)")
        let secrets = [proxy.user, proxy.password].compactMap(\.self).map(encoded)
        let user = secrets.isEmpty ? "" : secrets.joined(separator: ":") + "@"
        let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
        let written = "\(proxy.kind.rawValue)://\(user)\(host):\(proxy.port)"
        try BrokenPromise.unless(Proxy(written) == proxy, "\(text) is written as \(written)")
    }

    /// Every byte percent-encoded.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
