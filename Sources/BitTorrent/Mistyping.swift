/// What is wrong with a URI that was meant for BitTorrent and cannot be read, in words for the user.
enum Mistyping {
    /// How it should look.
    private static let example =
        "magnet:?xt=urn:btih: and 40 hexadecimal digits, or magnet:?xt=urn:btmh:1220 and 64"

    /// What is wrong with a magnet link; nil where that is none of the likely mistypings.
    static func reason(inMagnet link: String) -> String? {
        let rest = link.dropFirst("magnet:".count)
        guard rest.first == "?" else {
            let found = rest.prefix { $0 == "/" || $0 == "?" }
            let instead = found.isEmpty ? "no '?'" : "'\(found)' in place of '?'"
            return "there is \(instead) behind 'magnet:'. Write \(example)"
        }
        for parameter in rest.dropFirst().split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased().hasPrefix("xt") else { continue }
            if let reason = reason(inTopic: PercentEncoding.decoded(parts[1]) ?? String(parts[1])) {
                return reason
            }
        }
        return nil
    }

    /// What is wrong with an info-hash alone, or with what is the half of a magnet link; nil where it is
    /// nothing of the kind.
    static func reason(inOther text: String) -> String? {
        var topic = Substring(text.lowercased())
        for word in ["magnet", ":", "?", "xt=", "urn:"] where topic.hasPrefix(word) {
            topic = topic.dropFirst(word.count)
        }
        if topic.hasPrefix("btih:") || topic.hasPrefix("btmh:") {
            return "write \(example), or the info-hash alone"
        }
        let hash = text.filter { !$0.isWhitespace }
        guard hash.allSatisfy(\.isHexadecimal) else { return nil }
        // A file's name or another backend's URI is hardly ever that close to it.
        let isNear = [40, 64].contains { abs($0 - hash.utf8.count) <= 2 }
        return isNear ? reason(inHash: text, lengths: [40, 64]) : nil
    }

    /// What is wrong with a URL that has become a path, as 'https//host/x.torrent'; nil where it is none.
    static func reason(inPath text: String) -> String? {
        let lowercased = text.lowercased()
        guard let scheme = ["https", "http"].first(where: lowercased.hasPrefix) else { return nil }
        let separator = text.dropFirst(scheme.count).prefix { $0 == ":" || $0 == "/" }
        guard !separator.isEmpty else { return nil }
        return "there is '\(separator)' in place of '://' behind '\(scheme)', and no such file"
    }

    /// `topic` is what stands behind "xt=", decoded.
    private static func reason(inTopic topic: String) -> String? {
        let lowercased = topic.lowercased()
        let hash = String(topic.dropFirst("urn:btih:".count))
        if lowercased.hasPrefix("urn:btih:") {
            if hash.utf8.count == 64, hash.allSatisfy(\.isHexadecimal) {
                return "64 digits are an info-hash of v2: write \(example)"
            }
            return reason(inHash: hash, lengths: [40])
        }
        guard lowercased.hasPrefix("urn:btmh:") else {
            let isShort = lowercased.hasPrefix("btih:") || lowercased.hasPrefix("btmh:")
            return isShort ? "'urn:' is missing: write \(example)" : nil
        }
        guard hash.hasPrefix("1220") else {
            return "an info-hash of v2 begins with 1220: write \(example)"
        }
        return reason(inHash: String(hash.dropFirst(4)), lengths: [64])
    }

    private static func reason(inHash hash: String, lengths: [Int]) -> String? {
        let isBase32 = hash.utf8.count == 32 && lengths.contains(40)
        guard !isBase32 else {
            return "an info-hash of 32 letters and digits has none but A to Z and 2 to 7"
        }
        if hash.contains(where: \.isWhitespace) {
            return "there is a blank in the info-hash: was it pasted in two lines?"
        }
        let count = hash.count
        guard lengths.contains(count) else {
            let right = lengths.map(String.init).joined(separator: " or ")
            return "the info-hash has \(count) digits where \(right) belong: has one been lost?"
        }
        return hash.first { !$0.isHexadecimal }.map {
            "'\($0)' in the info-hash is no hexadecimal digit"
        }
    }
}

extension Character {
    /// A digit of an info-hash.
    var isHexadecimal: Bool { isASCII && isHexDigit }
}
