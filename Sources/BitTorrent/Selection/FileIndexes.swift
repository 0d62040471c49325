import LinuxSystem

/// File indexes in a torrent, starting at 0, in the format of `so` in a magnet link: `0,2,4-6` (BEP
/// 53).
struct FileIndexes: Hashable, Sendable {
    /// Sorted and without overlaps.
    private(set) var ranges: [ClosedRange<Int>] = []

    /// The highest index that any torrent can have.
    private static let greatest = Int(Int32.max)

    /// Parses a value of `so`. Returns the parts that are neither a number nor a range.
    mutating func add(_ text: String) -> [String] {
        var faults: [String] = []
        for part in text.split(separator: ",").map({ $0.trimmed }) where !part.isEmpty {
            if let range = Self.range(part) { ranges.append(range) } else { faults.append(part) }
        }
        merge()
        return faults
    }

    private static func range(_ part: String) -> ClosedRange<Int>? {
        let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            .map { WholeNumber.parse($0.trimmed, within: 0...greatest) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
            return nil
        }
        return first...last
    }

    private mutating func merge() {
        var merged: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                let end = max(last.upperBound, range.upperBound)
                merged[merged.count - 1] = last.lowerBound...end
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }

    /// One flag for each of `count` files: true if it is selected.
    func flags(count: Int) -> [Bool] {
        var flags = [Bool](repeating: false, count: count)
        for range in ranges where range.lowerBound < count {
            for index in range.clamped(to: 0...count - 1) { flags[index] = true }
        }
        return flags
    }

    /// The first index beyond `count` files. nil if there is none.
    func first(beyond count: Int) -> Int? {
        ranges.first { $0.upperBound >= count }.map { max(count, $0.lowerBound) }
    }
}

extension FileIndexes: CustomStringConvertible {
    var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
