/// Splits a line into words at blanks. Single quotes, double quotes and backslashes quote as in the
/// POSIX shell (XCU 2.2). No other character is special.
struct WordSplitter {
    /// Scalars, because a quote or blank followed by a combining mark must still count as one.
    private var rest: Substring.UnicodeScalarView

    init(_ line: String) {
        rest = line[...].unicodeScalars
    }

    mutating func words() throws(SeedLineError) -> [String] {
        var words: [String] = []
        rest = rest.drop(while: \.isBlank)
        while !rest.isEmpty {
            words.append(try word())
            rest = rest.drop(while: \.isBlank)
        }
        return words
    }

    private mutating func word() throws(SeedLineError) -> String {
        var word = String.UnicodeScalarView()
        while let scalar = rest.first, !scalar.isBlank {
            rest.removeFirst()
            switch scalar {
            case "'": word += try singleQuoted()
            case "\"": word += try doubleQuoted()
            case "\\":
                guard let escaped = rest.popFirst() else { throw .danglingBackslash }
                word.append(escaped)
            default: word.append(scalar)
            }
        }
        return String(word)
    }

    private mutating func singleQuoted() throws(SeedLineError) -> Substring.UnicodeScalarView {
        guard let end = rest.firstIndex(of: "'") else { throw .unclosedQuote("'") }
        let quoted = rest[..<end]
        rest = rest[rest.index(after: end)...]
        return quoted
    }

    private mutating func doubleQuoted() throws(SeedLineError) -> String.UnicodeScalarView {
        var quoted = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return quoted
            case "\\":
                guard let next = rest.popFirst() else { throw .unclosedQuote("\"") }
                if !"$`\"\\".unicodeScalars.contains(next) { quoted.append("\\") }
                quoted.append(next)
            default: quoted.append(scalar)
            }
        }
        throw .unclosedQuote("\"")
    }
}
