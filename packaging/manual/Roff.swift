/// Text in mdoc(7).
enum Roff {
    /// Text between macros: each sentence starts on a new line, as mandoc recommends, and lines are
    /// wrapped before 80 characters.
    static func sentences(_ text: String) -> [String] {
        var lines = [""]
        for word in text.split(whereSeparator: \.isWhitespace) {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if line.count + word.count < 78 {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
            if let last = word.last, ".?!".contains(last) { lines.append("") }
        }
        return lines.filter { !$0.isEmpty }.map { line in
            let escaped = escape(line)
            // A leading "." or "'" would start a macro.
            return line.first == "." || line.first == "'" ? "\\&\(escaped)" : escaped
        }
    }

    /// Words on a macro's line, escaped so that none is taken for a macro or punctuation.
    static func words(_ text: String) -> String {
        text.split(separator: " ").map { word in
            let mayBeMacro = word.count <= 3 && word.first?.isUppercase == true
            let isPlain = word.first.map { $0.isLetter || $0.isNumber || $0 == "-" } ?? false
            return mayBeMacro || !isPlain ? "\\&\(escape(word))" : escape(word)
        }.joined(separator: " ")
    }

    /// Escapes backslashes and characters outside ASCII.
    static func escape(_ text: some StringProtocol) -> String {
        text.unicodeScalars.map { scalar in
            if scalar == "\\" { return "\\e" }
            if scalar.isASCII { return String(scalar) }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return "\\[u\(padded)]"
        }.joined()
    }
}
