/// A table in Markdown that is also readable as plain text: the first column is left-aligned, the
/// others right-aligned.
struct Table {
    let columns: [String]
    private(set) var rows: [[String]] = []

    init(_ columns: [String]) {
        self.columns = columns
    }

    mutating func add(_ row: [String]) {
        rows.append(row + Array(repeating: "", count: max(0, columns.count - row.count)))
    }

    var markdown: String {
        let widths = columns.indices.map { column in
            ([columns] + rows).map { $0[column].count }.max() ?? 0
        }
        let rule = widths.enumerated().map { column, width in
            column == 0
                ? String(repeating: "-", count: width)
                : String(repeating: "-", count: max(1, width - 1)) + ":"
        }
        return ([columns, rule] + rows).map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                return column == 0 ? cell.0 + blanks : blanks + cell.0
            }
            return "| " + cells.joined(separator: " | ") + " |"
        }
        .joined(separator: "\n")
    }
}
