import Digest

// Where the digests of pieces are known, each piece is verified as soon as it is stored, and only a wrong one is
// fetched again.

extension RangeTransfer {
    /// Verifies the complete pieces that overlap `range`. A wrong piece is discarded. With `blaming`, its mirror is
    /// dropped.
    mutating func verifyPieces(in range: Range<Int64>, blaming: Bool = true) -> [News] {
        guard let pieces, let plan, !range.isEmpty else { return [] }
        var news: [News] = []
        for piece in pieces.pieces(in: range) where !verified.contains(piece) {
            let bytes = pieces.range(of: piece, in: plan.size)
            guard let sources = self.plan?.sources(of: bytes) else { continue }
            if digest(of: bytes, pieces.function) == pieces.digests[piece] {
                verified.insert(piece)
            } else {
                self.plan?.discard(bytes)
                if blaming { news += accuse(sources, of: piece) }
            }
        }
        return news
    }

    /// Drops the mirror that a wrong piece came from, and ends its transfers.
    private mutating func accuse(_ sources: [Int], of piece: Int) -> [News] {
        guard sources.count == 1, let culprit = sources.first else {
            // A mirror that is dropped already may be the only one to blame.
            if sources.contains(where: { mirrors[$0].isDropped }) { return [] }
            suspect(sources)
            return [
                .message(
                    "piece \(piece) does not match, and came from several servers: asking them one by one"
                )
            ]
        }
        hasCulprit = true
        for fetch in running.values where fetch.order.mirror == culprit { fetch.cancel() }
        return drop(culprit, "piece \(piece) of its data does not match")
    }

    /// Bytes from the beginning in pieces that are verified. nil if no digests of pieces are known.
    var verifiedPrefix: Int64? {
        guard let pieces, let plan else { return nil }
        let first = pieces.digests.indices.first { !verified.contains($0) }
        return first.map { pieces.range(of: $0, in: plan.size).lowerBound } ?? plan.size
    }

    /// nil if the data cannot be read.
    private func digest(of bytes: Range<Int64>, _ function: HashFunction) -> [UInt8]? {
        guard let hasher = ContentHasher(function),
            let count = try? hasher.add(file.file, bytes),
            count == bytes.upperBound - bytes.lowerBound
        else { return nil }
        return hasher.finish()
    }
}
