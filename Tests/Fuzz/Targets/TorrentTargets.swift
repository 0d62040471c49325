import LinuxSystem

@testable import BitTorrent

extension FuzzTarget {
    /// A .torrent file: no path leads out of the folder, and the saved torrent equals the original.
    static let torrent = FuzzTarget("torrent") { bytes throws(BrokenPromise) in
        guard let parameters = try read(bytes) else { return }
        let files = parameters.files
        for file in files {
            try BrokenPromise.unless(
                file.path.isRelative && !file.path.isEmpty
                    && file.path.components.allSatisfy { $0.kind == .regular },
                "a file of the torrent lies at \(file.path)")
            try BrokenPromise.unless(file.size >= 0, "\(file.path) is \(file.size) bytes large")
        }
        _ = parameters.magnetLink
        guard let saved = try? parameters.encoded() else { return }
        guard let again = try? TorrentParameters(torrent: saved) else {
            throw BrokenPromise(description: "what is saved of the torrent cannot be read")
        }
        // Padding files do not count.
        let isSame =
            again.summary == parameters.summary
            && again.files.filter { !$0.isPadding } == files.filter { !$0.isPadding }
        try BrokenPromise.unless(
            isSame,
            "saved as \(parameters.summary), read as \(again.summary)")
    }

    /// Metadata from a peer of a rendezvous: it names a single file in the folder, or is refused.
    static let rendezvousMetadata = FuzzTarget("rendezvous-metadata") {
        bytes throws(BrokenPromise) in
        guard let parameters = try? TorrentParameters(info: bytes),
            parameters.complaintAsSingleFile == nil
        else { return }
        let names = parameters.files.filter { !$0.isPadding }.map(\.path)
        try BrokenPromise.unless(
            names.count == 1 && names[0].isRelative && names[0].components.count == 1
                && names[0].components.allSatisfy { $0.kind == .regular },
            "its files are \(names)")
        guard let saved = try? parameters.encoded() else { return }
        let again = try? TorrentParameters(torrent: saved)
        try BrokenPromise.unless(
            again == nil || again?.summary == parameters.summary,
            "saved as \(parameters.summary), read as \(String(describing: again?.summary))")
    }

    /// Returns nil if the bytes are not a torrent. The error is one line without control
    /// characters.
    private static func read(_ bytes: [UInt8]) throws(BrokenPromise) -> TorrentParameters? {
        do throws(TorrentError) {
            return try TorrentParameters(torrent: bytes)
        } catch {
            let words = "\(error)"
            try BrokenPromise.unless(
                words.onOneLine.isIdentical(to: words) && words.utf8.count < 1000,
                "it says: \(words)")
            return nil
        }
    }

    /// Data packed by gzip: unpacking respects the limit, and a lower limit gives the same
    /// beginning.
    static let gzip = FuzzTarget("gzip") { bytes throws(BrokenPromise) in
        let limit = 100_000
        guard let all = try? Gzip.unpacked(bytes, limit: limit) else { return }
        try BrokenPromise.unless(all.bytes.count <= limit, "\(all.bytes.count) bytes came out")
        guard let start = try? Gzip.unpacked(bytes, limit: 100) else {
            throw BrokenPromise(description: "less of it cannot be unpacked")
        }
        try BrokenPromise.unless(
            start.bytes.elementsEqual(all.bytes.prefix(100)), "its beginning is another")
        try BrokenPromise.unless(
            start.isWhole == (all.isWhole && all.bytes.count <= 100), "it is whole, and is not")
    }

    /// A URI: ours are read without a crash, and errors about others are safe for a terminal.
    static let uri = FuzzTarget("uri") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        let uri: TorrentURI?
        do throws(TorrentError) {
            uri = try TorrentURI(text, urls: .all)
        } catch {
            let words = "\(error)"
            try BrokenPromise.unless(words.onOneLine.isIdentical(to: words), "it says: \(words)")
            return
        }
        if case .magnet(let link)? = uri { try require(link) }
    }

    /// The parameters of a magnet link with a valid info-hash.
    static let magnet = FuzzTarget("magnet") { bytes throws(BrokenPromise) in
        let hash = String(repeating: "0123456789", count: 4)
        let text = "magnet:?xt=urn:btih:\(hash)&" + String(decoding: bytes, as: UTF8.self)
        guard let link = try? MagnetLink(text) else {
            throw BrokenPromise(description: "what stands behind the info-hash hides it: \(text)")
        }
        try require(link)
    }

    /// A link survives writing and reading, causes few lines of warnings, and its peer names can be
    /// resolved.
    private static func require(_ link: MagnetLink) throws(BrokenPromise) {
        let written = link.description
        guard let again = try? MagnetLink(written) else {
            throw BrokenPromise(description: "it is written as \(written), which is malformed")
        }
        try BrokenPromise.unless(
            again.description.isIdentical(to: written) && again.warnings.lines.isEmpty,
            "\(written) is written as \(again.description), with \(again.warnings.lines)")
        try BrokenPromise.unless(
            written.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "it is written as \(written)")
        let lines = link.warnings.lines
        try BrokenPromise.unless(
            lines.count <= 10 && lines.allSatisfy { $0.utf8.count < 1000 && $0 == $0.onOneLine },
            "it is warned of by \(lines)")
        try BrokenPromise.unless(link.peerNames.count <= 20, "\(link.peerNames.count) names")
        for name in link.peerNames {
            try BrokenPromise.unless(
                name.port != nil && IPAddress(name.host) == nil, "\(name) is no name")
            try requireSameName(name)
        }
        guard let parameters = try? TorrentParameters(link) else {
            throw BrokenPromise(description: "\(written) cannot be used")
        }
        var known = link
        (known.exactSources, known.peerNames, known.dhtNodes, known.selection) = ([], [], [], nil)
        try BrokenPromise.unless(
            parameters.magnetLink.description.isIdentical(to: known.description),
            "\(known) becomes \(parameters.magnetLink)")
    }

    /// A part of a URI: the decoded text survives encoding and decoding.
    static let percentEncoding = FuzzTarget("percent-encoding") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let decoded = PercentEncoding.decoded(text[...]) else {
            try BrokenPromise.unless(
                text.utf8.contains(UInt8(ascii: "%")), "\(text) has nothing to undo")
            return
        }
        let digits = Array("0123456789aBcDeF")
        let encoded = decoded.utf8.map { byte in
            byte == 0 ? "\0" : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        let again = PercentEncoding.decoded(encoded.joined()[...])
        try BrokenPromise.unless(
            again?.isIdentical(to: decoded) == true, "\(text) is decoded as \(decoded)")
    }
}
