@testable import BitTorrent

extension FuzzTarget {
    /// The bytes of a .torrent file: no path of it leads out of the folder, and what is saved of it is
    /// the same torrent.
    static let torrent = FuzzTarget("torrent") { bytes throws(BrokenPromise) in
        guard let parameters = try? TorrentParameters(torrent: bytes) else { return }
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
        // Whether padding is wanted means nothing.
        let isSame =
            again.identity == parameters.identity
            && again.files.filter { !$0.isPadding } == files.filter { !$0.isPadding }
        try BrokenPromise.unless(
            isSame,
            "saved as \(parameters.identity), read as \(again.identity)")
    }

    /// A URI: one of ours is read without a crash, and a magnet link is the same after it was written.
    static let uri = FuzzTarget("uri") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard case .magnet(let link)? = try? TorrentURI(text) else { return }
        guard let parameters = try? TorrentParameters(magnet: link) else {
            throw BrokenPromise(description: "a link that was accepted is malformed: \(link)")
        }
        let written = parameters.magnetLink
        guard let again = try? TorrentParameters(magnet: written) else {
            throw BrokenPromise(description: "\(link) is written as \(written), which is malformed")
        }
        let (identity, other) = (parameters.identity, again.identity)
        try BrokenPromise.unless(
            identity.v1 == other.v1 && identity.v2 == other.v2, "\(link) is written as \(written)")
    }

    /// The parameters of a magnet link: the names of peers in it are few, and such as can be looked up.
    static let peerNames = FuzzTarget("peer-names") { bytes throws(BrokenPromise) in
        let names = TorrentURI.magnet(String(decoding: bytes, as: UTF8.self)).peerNames
        try BrokenPromise.unless(names.count <= 20, "\(names.count) names in a link")
        for name in names {
            try BrokenPromise.unless(
                name.port != nil && !NumericAddress.isOne(name.host), "\(name) is no name")
            try requireSameName(name)
        }
    }

    /// A part of a URI: what was decoded is the same once it was encoded and decoded again.
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
