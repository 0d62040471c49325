import LinuxSystem

/// Explains to the user what is wrong with a malformed BitTorrent URI.
enum URIDiagnosis {
    /// The correct format.
    static let example =
        "magnet:?xt=urn:btih: and 40 hexadecimal digits, or magnet:?xt=urn:btmh:1220 and 64"

    /// What is wrong with a magnet link that does not start with `magnet:?`.
    static func reason(inStartOf link: String) -> String {
        let found = link.dropFirst("magnet:".count).prefix { $0 == "/" || $0 == "?" }
        let instead = found.isEmpty ? "no '?'" : "'\(found)' instead of '?'"
        return "there is \(instead) after 'magnet:'. Write \(example)"
    }

    /// What is wrong with a magnet link without an info-hash.
    static func reason(noHashIn link: String) -> String {
        link.lowercased().contains("btpk")
            ? "it names a mutable torrent (urn:btpk, BEP 46), which is not supported: give its info-hash"
            : "it has no info-hash. Write \(example)"
    }

    /// What is wrong with a bare info-hash or a partial magnet link. nil if it is neither.
    static func reason(inOther text: String) -> String? {
        let lowercased = text.lowercased()
        // "magent:?xt=urn:btih:…".
        let start = lowercased.prefix { $0 != "?" }
        if start.count < 12,
            ["?xt=urn:btih:", "?xt=urn:btmh:"].contains(
                where: lowercased[start.endIndex...].hasPrefix)
        {
            return "a magnet link begins with 'magnet:?': write \(example)"
        }
        var topic = Substring(lowercased)
        for word in ["magnet", ":", "?", "xt=", "urn:"] where topic.hasPrefix(word) {
            topic = topic.dropFirst(word.count)
        }
        if topic.hasPrefix("btih:") || topic.hasPrefix("btmh:") {
            return "write \(example), or the info-hash alone"
        }
        let hash = text.filter { !$0.isWhitespace }
        guard hash.allSatisfy(\.isHexadecimal) else { return nil }
        // File names and URIs of other backends hardly ever look so similar.
        let isNear = [40, 64].contains { abs($0 - hash.utf8.count) <= 2 }
        return isNear ? reason(inHash: text, lengths: [40, 64]) : nil
    }

    /// What is wrong with a URL without '://', such as 'https//host/x.torrent'. nil if it is not
    /// one.
    static func reason(inPath text: String) -> String? {
        let lowercased = text.lowercased()
        if !lowercased.hasPrefix("http"), Redaction.uri(text) != text {
            return "it does not start with 'http://' or 'https://', and there is no such file"
        }
        guard let scheme = ["https", "http"].first(where: lowercased.hasPrefix) else { return nil }
        let separator = text.dropFirst(scheme.count).prefix { $0 == ":" || $0 == "/" }
        guard !separator.isEmpty else { return nil }
        return
            "there is '\(separator)' instead of '://' after '\(scheme)', and there is no such file"
    }

    /// What is wrong with a decoded value of `xt`. nil if it is valid or for another network.
    static func reason(inTopic topic: String) -> String? {
        let lowercased = topic.lowercased()
        let hash = String(topic.dropFirst("urn:btih:".count))
        if lowercased.hasPrefix("urn:btih:") {
            if InfoHash(v1: hash) != nil { return nil }
            if InfoHash(v2: hash) != nil {
                return "64 digits are a v2 info-hash: write \(example)"
            }
            return reason(inHash: hash, lengths: [40])
        }
        guard lowercased.hasPrefix("urn:btmh:") else {
            let isShort = lowercased.hasPrefix("btih:") || lowercased.hasPrefix("btmh:")
            return isShort ? "'urn:' is missing: write \(example)" : nil
        }
        guard hash.hasPrefix("1220") else {
            return "a v2 info-hash starts with 1220: write \(example)"
        }
        return reason(inHash: String(hash.dropFirst(4)), lengths: [64])
    }

    private static func reason(inHash hash: String, lengths: [Int]) -> String? {
        guard !hash.isEmpty else { return "the info-hash is missing. Write \(example)" }
        let isBase32 = hash.utf8.count == 32 && lengths.contains(40)
        guard !isBase32 else {
            return "an info-hash of 32 characters has only A to Z and 2 to 7"
        }
        if hash.contains(where: \.isWhitespace) {
            return "there is a blank in the info-hash: was it pasted as two lines?"
        }
        let count = hash.count
        guard lengths.contains(count) else {
            let right = lengths.map(String.init).joined(separator: " or ")
            return
                "the info-hash has \(count) digits instead of \(right): was a part of it cut off?"
        }
        return hash.first { !$0.isHexadecimal }.map {
            "'\(String($0).excerpt(1))' in the info-hash is not a hexadecimal digit"
        }
    }
}

extension Character {
    /// True for a hexadecimal digit.
    var isHexadecimal: Bool { isASCII && isHexDigit }
}
