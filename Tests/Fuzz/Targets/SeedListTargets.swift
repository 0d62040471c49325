import SeedList

extension FuzzTarget {
    /// A whole seed list: what was read can be written, and is then read as the same list.
    static let seedList = FuzzTarget("seed-list") { bytes throws(BrokenPromise) in
        for line in SeedList(parsing: Array(bytes)).lines {
            try requireSameWords(line)
        }
    }

    /// Words, each terminated by a zero byte: a line built from them is parsed into the same words.
    static let seedLine = FuzzTarget("seed-line") { bytes throws(BrokenPromise) in
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let line = try? SeedLine(program: words[0], arguments: Array(words.dropFirst()))
        else { return }
        try requireSameWords(line)
    }

    private static func requireSameWords(_ line: SeedLine) throws(BrokenPromise) {
        let words = [line.program] + line.arguments
        guard let again = try? SeedLine(parsing: line.text) else {
            throw BrokenPromise(description: "the line of \(words) does not parse: \(line.text)")
        }
        let others = [again.program] + again.arguments
        let isSame =
            words.count == others.count
            && zip(words, others).allSatisfy { $0.isIdentical(to: $1) }
        try BrokenPromise.unless(isSame, "\(words) are read as \(others)")
    }
}
