/// Splits a line into words at blanks. Single quotes, double quotes and the backslash quote as in
/// the POSIX shell (XCU 2.2); nothing else is special.
struct WordSplitter {
    private var rest: Substring

    init(_ line: String) {
        rest = line[...]
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
        var word = ""
        while let character = rest.first, !character.isBlank {
            rest.removeFirst()
            switch character {
            case "'": word += try singleQuoted()
            case "\"": word += try doubleQuoted()
            case "\\":
                guard let escaped = rest.popFirst() else { throw .danglingBackslash }
                word.append(escaped)
            default: word.append(character)
            }
        }
        return word
    }

    private mutating func singleQuoted() throws(SeedLineError) -> Substring {
        guard let end = rest.firstIndex(of: "'") else { throw .unclosedQuote("'") }
        let quoted = rest[..<end]
        rest = rest[rest.index(after: end)...]
        return quoted
    }

    private mutating func doubleQuoted() throws(SeedLineError) -> String {
        var quoted = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return quoted
            case "\\":
                guard let next = rest.popFirst() else { throw .unclosedQuote("\"") }
                if !"$`\"\\".contains(next) { quoted.append("\\") }
                quoted.append(next)
            default: quoted.append(character)
            }
        }
        throw .unclosedQuote("\"")
    }
}
