import LinuxSystem

@testable import BitTorrent

extension FuzzTarget {
    /// Two address blocks, one per line: the first contains the second exactly if the prefixes
    /// match.
    static let addressBlock = FuzzTarget("address-block") { bytes throws(BrokenPromise) in
        let blocks = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).compactMap {
            AddressBlock(String(decoding: $0, as: UTF8.self))
        }
        for block in blocks {
            try BrokenPromise.unless(
                [4, 16].contains(block.address.bytes.count)
                    && (0...block.address.bytes.count * 8).contains(block.length),
                "\(block.length) bits of \(block.address) are the same")
            try BrokenPromise.unless(block.contains(block), "\(block) does not hold itself")
        }
        guard blocks.count == 2 else { return }
        let (first, second) = (prefix(of: blocks[0]), prefix(of: blocks[1]))
        let isWithin =
            blocks[0].address.isIPv6 == blocks[1].address.isIPv6 && second.hasPrefix(first)
        try BrokenPromise.unless(
            blocks[0].contains(blocks[1]) == isWithin, "\(first) and \(second) are not told apart")
    }

    /// The prefix in binary digits.
    private static func prefix(of block: AddressBlock) -> String {
        let digits = block.address.bytes.map { byte in
            let digits = String(byte, radix: 2)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        return String(digits.joined().prefix(block.length))
    }

    /// A URL, and on the next line the Location of the server's answer. Both fit into a request,
    /// reveal no secret, and stay the same when they are parsed again.
    static let url = FuzzTarget("url") { bytes throws(BrokenPromise) in
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        try requirePlain(RemoteURL.redacted(text))
        guard let url = try? RemoteURL(text, schemes: Set(RemoteURL.Scheme.allCases)) else {
            return
        }
        try requireFit(url)
        let location = String(decoding: bytes[end...].dropFirst(), as: UTF8.self)
        guard let next = try? url.resolved(location) else { return }
        try requireFit(next)
        let isElsewhere = (next.scheme, next.host, next.port) != (url.scheme, url.host, url.port)
        try BrokenPromise.unless(
            !isElsewhere || next.credentials == nil || location.contains("@"),
            "\(next) gets the password of \(url)")
    }

    /// No part of a request contains blanks or line breaks, whatever a user or a server has
    /// written.
    private static func requireFit(_ url: RemoteURL) throws(BrokenPromise) {
        let isFit = "\(url.text)\(url.authority)\(url.target)".utf8.allSatisfy {
            0x21...0x7E ~= $0
        }
        try BrokenPromise.unless(isFit, "'\(url.text)' holds a blank or worse")
        try BrokenPromise.unless(
            !url.host.isEmpty && !url.host.contains(where: { "/?#@".contains($0) }) && url.port > 0,
            "the host of \(url.text) is '\(url.host)', its port \(url.port)")
        try BrokenPromise.unless(
            url.target.hasPrefix("/") && !url.target.contains("#"), "the target is \(url.target)")
        let again = try? RemoteURL(url.text, schemes: [url.scheme])
        try BrokenPromise.unless(again == url, "\(url.text) is another when it is parsed again")
        try requirePlain(url.redacted)
        guard let credentials = url.credentials, !credentials.password.isEmpty else { return }
        try BrokenPromise.unless(
            !url.redacted.contains(":\(credentials.password)@")
                && !url.redacted.contains("\(credentials.encoded)@"),
            "\(url.redacted) contains the password")
    }

    private static func requirePlain(_ shown: String) throws(BrokenPromise) {
        try BrokenPromise.unless(shown.onOneLine.isIdentical(to: shown), "'\(shown)' is shown")
    }

    /// A proxy: SOCKS5 and HTTP can express its credentials, and it survives writing and reading.
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
