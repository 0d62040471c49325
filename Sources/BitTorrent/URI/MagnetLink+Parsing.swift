import LinuxSystem

extension MagnetLink {
    /// Parses a link that starts with `magnet:` in either case. nil if it is for another network.
    /// Throws if it is for BitTorrent but identifies no torrent.
    public init?(_ text: String) throws(TorrentError) {
        guard let query = Self.query(of: text) else {
            guard Self.isOfBitTorrent(text) else { return nil }
            throw .malformed(URIDiagnosis.reason(inStartOf: text))
        }
        self.init(v1: nil, v2: nil)
        var faults: [String] = []
        for parameter in MagnetParameter.all(in: query) { add(parameter, &faults) }
        if v1 != nil || v2 != nil {
            for fault in faults {
                warnings.add("an xt= in the magnet link is ignored: \(fault)")
            }
        } else if Self.isOfBitTorrent(text) {
            throw .malformed(faults.first ?? URIDiagnosis.reason(noHashIn: text))
        } else {
            return nil
        }
    }

    /// The part after `magnet:?`. A link extracted from another URL is percent-encoded as a whole.
    private static func query(of text: String) -> Substring? {
        let scheme = ["magnet:", "stream-magnet:"].first(where: text.lowercased().hasPrefix)
        guard let scheme else { return nil }
        let rest = Substring(text.utf8.dropFirst(scheme.utf8.count))
        if rest.utf8.first == UInt8(ascii: "?") { return Substring(rest.utf8.dropFirst()) }
        guard rest.lowercased().hasPrefix("%3f") else { return nil }
        return PercentEncoding.decodedURL(Substring(rest.utf8.dropFirst(3)))[...]
    }

    private static func isOfBitTorrent(_ text: String) -> Bool {
        let decoded = PercentEncoding.decodedLeniently(text).lowercased()
        return ["btih:", "btmh:", "urn:btpk:"].contains(where: decoded.contains)
    }

    private mutating func add(_ parameter: MagnetParameter, _ faults: inout [String]) {
        let value = parameter.value ?? ""
        switch parameter.name {
        case "xt": addTopic(PercentEncoding.decodedLeniently(value), &faults)
        case "dn": addName(value)
        case "tr": addTracker(PercentEncoding.decodedURL(value))
        case "ws", "as": addWebSeed(PercentEncoding.decodedURL(value), as: parameter.name)
        case "xs": addExactSource(PercentEncoding.decodedURL(value))
        case "x.pe": addPeer(PercentEncoding.decodedLeniently(value))
        case "dht": addNode(PercentEncoding.decodedLeniently(value))
        case "so": addSelection(PercentEncoding.decodedLeniently(value))
        case let name where parameter.value == nil:
            warnings.add(
                """
                '\(Redaction.parameterName(name).excerpt(40))' in the magnet link has no value and is ignored: write '&' inside \
                a name or a URL as %26
                """)
        case let name: warnings.add(unused: name)
        }
    }

    private mutating func addTopic(_ topic: String, _ faults: inout [String]) {
        let text = topic.trimmed
        guard !text.isEmpty else { return }
        if let fault = URIDiagnosis.reason(inTopic: topic) {
            faults.append(fault)
        } else if let hash = Self.infoHash(text, behind: "urn:btih:") {
            guard set(&v1, InfoHash(v1: hash)) else { return warnOfAnother(text) }
        } else if let hash = Self.infoHash(text, behind: "urn:btmh:1220") {
            guard set(&v2, InfoHash(v2: hash)) else { return warnOfAnother(text) }
        } else {
            warnings.add("xt", text, "it is for another network")
        }
    }

    private static func infoHash(_ topic: String, behind prefix: String) -> Substring? {
        topic.lowercased().hasPrefix(prefix)
            ? Substring(topic.utf8.dropFirst(prefix.utf8.count)) : nil
    }

    /// Returns false if the link contains a different hash already.
    private func set(_ hash: inout InfoHash?, _ new: InfoHash?) -> Bool {
        guard hash == nil || hash == new else { return false }
        hash = new
        return true
    }

    private mutating func warnOfAnother(_ topic: String) {
        warnings.add("xt", topic, "the link already names another torrent")
    }

    private mutating func addName(_ value: String) {
        guard name == nil else { return }
        let words = value.trimmed.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        let decoded = PercentEncoding.decodedLeniently(String(decoding: words, as: UTF8.self))
        let shown = decoded.prefix { $0 != "\0" }
        if !shown.isEmpty { name = String(shown) }
    }
}

extension TorrentError {
    fileprivate static func malformed(_ reason: String) -> TorrentError {
        .invalid("the magnet link is malformed: \(reason)")
    }
}
