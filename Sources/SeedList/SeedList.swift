/// What the seed list says: its lines in order, and what is wrong with the others.
public struct SeedList: Equatable, Sendable {
    /// A line that could not be parsed.
    public struct Fault: Equatable, Sendable, CustomStringConvertible {
        /// Counted from 1.
        public let lineNumber: Int
        public let cause: SeedLineError

        public var description: String { "line \(lineNumber): \(cause)" }
    }

    /// The good lines, each once, in the order of the file.
    public let lines: [SeedLine]
    public let faults: [Fault]

    /// Parses the text of a whole seed list. A malformed line is a fault, and the others hold.
    public init(parsing text: String) {
        var lines: [SeedLine] = []
        var seen: Set<SeedLine> = []
        var faults: [Fault] = []
        let rows = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() {
            do throws(SeedLineError) {
                guard let line = try SeedLine(parsing: String(row)) else { continue }
                if seen.insert(line).inserted { lines.append(line) }
            } catch {
                faults.append(Fault(lineNumber: index + 1, cause: error))
            }
        }
        self.lines = lines
        self.faults = faults
    }
}
