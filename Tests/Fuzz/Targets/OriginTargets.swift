import BitTorrent
import Digest
import HTTP

@testable import Origins

extension FuzzTarget {
    /// The URI of a file on a web server: its name stays in DEST, and its digest is written as it was read.
    static let webURI = FuzzTarget("web-uri") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let uri = try? WebURI(text) else { return }
        let names = [uri.name, try? FileName(of: uri.url)].compactMap(\.self)
        for name in names {
            let isFit = !name.text.contains("/") && !["", ".", ".."].contains(name.text)
            try BrokenPromise.unless(isFit, "the name is '\(name)'")
            let again = try? FileName(percentEncoded: name.percentEncoded[...])
            try BrokenPromise.unless(again == name, "\(name) is encoded wrongly")
        }
        guard let digest = uri.digest else { return }
        try BrokenPromise.unless(
            ContentDigest(digest.description) == digest, "\(digest) is not read again")
    }

    /// The head of a response to a range request: nothing outside the requested range is accepted.
    static let rangeAnswer = FuzzTarget("range-answer") { bytes throws(BrokenPromise) in
        var head = HTTPResponseHead()
        for line in bytes.split(separator: 10) { head.receive(line: line) }
        head.receive(line: [])
        _ = head.value(of: "Content-Disposition").flatMap(ContentDisposition.name)
        _ = RetryAfter.delay(head)
        guard let url = try? RemoteURL("http://h/f") else { return }
        let order = Fetch.Order(
            mirror: 0, epoch: 0, chain: RedirectChain(url), secrets: RequestSecrets(),
            range: 1000..<2000, isPartial: true, version: nil, size: nil, rateLimit: nil,
            patience: .seconds(1))
        guard case .body(let opening, let end) = FetchAnswer(head, to: order) else { return }
        try BrokenPromise.unless(head.status == 206 && end <= 2000, "it ends at \(end)")
        let size = opening.version.size ?? 0
        try BrokenPromise.unless(size > 1000, "the file has \(size) bytes")
    }

    /// A Metalink document: only web servers, only a name that stays in DEST, only pieces that fit the size.
    static let metalink = FuzzTarget("metalink") { bytes throws(BrokenPromise) in
        guard let metalink = try? Metalink(bytes) else { return }
        try BrokenPromise.unless(!metalink.urls.isEmpty, "it has no URL")
        try BrokenPromise.unless(
            metalink.urls.count <= Metalink.mostURLs, "it has too many URLs")
        try BrokenPromise.unless(!metalink.name.text.contains("/"), "'\(metalink.name)'")
        guard let pieces = metalink.pieces, let size = metalink.size else { return }
        let last = pieces.range(of: pieces.digests.count - 1, in: size)
        try BrokenPromise.unless(last.upperBound == size && !last.isEmpty, "pieces end at \(last)")
    }
}
