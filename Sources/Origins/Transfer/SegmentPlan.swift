/// Which bytes of a file of known size are stored, are being fetched, or are missing, and which mirror each
/// stored byte came from. Mirrors are numbered.
struct SegmentPlan: Equatable, Sendable {
    /// In bytes.
    let size: Int64
    /// Neither stored nor being fetched.
    private(set) var missing: RangeSet<Int64>
    /// Stored, by the number of the mirror.
    private(set) var stored: [Int: RangeSet<Int64>] = [:]

    /// Nothing is stored yet.
    init(size: Int64) {
        self.size = size
        missing = size > 0 ? RangeSet(0..<size) : RangeSet()
    }

    /// True if every byte is stored.
    var isComplete: Bool { missing.isEmpty && done == size }

    /// Bytes that are stored.
    var done: Int64 {
        stored.values.reduce(0) {
            $0 + $1.ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
        }
    }

    /// The mirrors that stored bytes came from.
    var sources: [Int] { stored.filter { !$0.value.isEmpty }.keys.sorted() }

    /// Takes the first missing range, of at most `length` bytes, to be fetched. nil if nothing is missing.
    mutating func take(atMost length: Int64) -> Range<Int64>? {
        guard let first = missing.ranges.first else { return nil }
        let range = first.lowerBound..<min(first.upperBound, first.lowerBound + length)
        missing.remove(contentsOf: range)
        return range
    }

    /// Takes exactly `range` to be fetched.
    mutating func take(_ range: Range<Int64>) {
        missing.remove(contentsOf: range)
    }

    /// A fetched range was stored. It came from `mirror`.
    mutating func store(_ range: Range<Int64>, from mirror: Int) {
        guard !range.isEmpty else { return }
        missing.remove(contentsOf: range)
        stored[mirror, default: RangeSet()].insert(contentsOf: range)
    }

    /// A range that was taken is missing again.
    mutating func giveBack(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        missing.insert(contentsOf: range)
    }

    /// The range is missing again, whoever it came from.
    mutating func discard(_ range: Range<Int64>) {
        for mirror in stored.keys { stored[mirror]?.remove(contentsOf: range) }
        missing.insert(contentsOf: range)
    }

    /// The mirrors that stored bytes of `range` came from. nil if not all of it is stored.
    func sources(of range: Range<Int64>) -> [Int]? {
        let wanted = RangeSet(range)
        var left = wanted
        let sources = stored.filter { !$0.value.intersection(wanted).isEmpty }
        for ranges in sources.values { left.subtract(ranges) }
        return left.isEmpty ? sources.keys.sorted() : nil
    }

    /// Everything that came from `mirror` is missing again.
    mutating func drop(from mirror: Int) {
        guard let ranges = stored.removeValue(forKey: mirror) else { return }
        for range in ranges.ranges { missing.insert(contentsOf: range) }
    }

    /// The end of the bytes from the beginning that are stored, or by `fetching` (the stored parts of ranges
    /// that are being fetched) without a gap.
    func prefix(fetching: [Range<Int64>]) -> Int64 {
        var all = RangeSet(fetching.filter { !$0.isEmpty })
        for ranges in stored.values { all.formUnion(ranges) }
        guard let first = all.ranges.first, first.lowerBound == 0 else { return 0 }
        return first.upperBound
    }
}
