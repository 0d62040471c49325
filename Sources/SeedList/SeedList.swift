/// The parsed seed list: its valid lines in order, and the faults of the other lines.
public struct SeedList: Equatable, Sendable {
    /// A line that could not be parsed.
    public struct Fault: Equatable, Sendable, CustomStringConvertible {
        /// The line number, counted from 1.
        public let lineNumber: Int
        /// Why the line is invalid.
        public let cause: SeedLineError

        /// The line number and the reason, for messages.
        public var description: String { "line \(lineNumber): \(cause)" }
    }

    /// A valid line and its position.
    public struct Entry: Equatable, Sendable {
        /// The line number, counted from 1.
        public let lineNumber: Int
        /// The program and its arguments.
        public let line: SeedLine
    }

    /// The valid lines in file order, without duplicates.
    public let entries: [Entry]
    /// The valid lines without their numbers.
    public var lines: [SeedLine] { entries.map(\.line) }
    /// The invalid lines in file order.
    public let faults: [Fault]

    /// Parses a whole seed list. A malformed line is a fault. All other lines remain valid.
    public init(parsing text: String) {
        self.init(parsing: Array(text.utf8))
    }

    /// Parses a whole seed list. A line that is not UTF-8 is also a fault, because decoding would
    /// change the file names in it.
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

    /// All lines of `lists`, one list after the other, without duplicates. Each keeps its number in its own list.
    public init(joining lists: [SeedList]) {
        var seen: Set<SeedLine> = []
        entries = lists.flatMap(\.entries).filter { seen.insert($0.line).inserted }
        faults = lists.flatMap(\.faults)
    }
}
