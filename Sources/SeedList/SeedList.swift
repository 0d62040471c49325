/// What the seed list says: its lines in order, and what is wrong with the others.
public struct SeedList: Equatable, Sendable {
    /// A line that could not be parsed.
    public struct Fault: Equatable, Sendable, CustomStringConvertible {
        /// Counted from 1.
        public let lineNumber: Int
        /// What is wrong with it.
        public let cause: SeedLineError

        public var description: String { "line \(lineNumber): \(cause)" }
    }

    /// A line that could be parsed, and where it stands.
    public struct Entry: Equatable, Sendable {
        /// Counted from 1.
        public let lineNumber: Int
        public let line: SeedLine
    }

    /// The good lines, each once, in the order of the file.
    public let entries: [Entry]
    /// The same without their numbers.
    public var lines: [SeedLine] { entries.map(\.line) }
    /// The others, in the order of the file.
    public let faults: [Fault]

    /// Parses the text of a whole seed list. A malformed line is a fault, and the others hold.
    public init(parsing text: String) {
        self.init(parsing: Array(text.utf8))
    }

    /// Parses the bytes of a whole seed list. A line that is not UTF-8 is a fault, too: it names no file
    /// but one that is called otherwise.
    public init(parsing bytes: [UInt8]) {
        var entries: [Entry] = []
        var seen: Set<SeedLine> = []
        var faults: [Fault] = []
        let rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() {
            do throws(SeedLineError) {
                let text = String(decoding: row, as: UTF8.self)
                guard let line = try SeedLine(parsing: text) else { continue }
                guard text.utf8.elementsEqual(row) else { throw .notUTF8 }
                if seen.insert(line).inserted {
                    entries.append(Entry(lineNumber: index + 1, line: line))
                }
            } catch {
                faults.append(Fault(lineNumber: index + 1, cause: error))
            }
        }
        self.entries = entries
        self.faults = faults
    }
}
