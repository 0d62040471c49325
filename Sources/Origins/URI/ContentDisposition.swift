import BitTorrent

/// The file name in a Content-Disposition field (RFC 6266).
enum ContentDisposition {
    /// The name in `filename*` (RFC 8187, UTF-8 only) or `filename`. Of a path, only the last component.
    /// nil if there is none that can be used. A server must not choose the name of a hidden file.
    static func name(in value: String) -> FileName? {
        var names: [String: String] = [:]
        for parameter in parameters(of: value).dropFirst() {
            let parts = parameter.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let key = parts[0].trimmed.lowercased()
            names[key] = names[key] ?? unquoted(parts[1].trimmed)
        }
        let extended = names["filename*"].flatMap(decoded)
        guard let name = extended ?? names["filename"] else { return nil }
        let last = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last
        return last.flatMap { $0.hasPrefix(".") ? nil : try? FileName(String($0)) }
    }

    /// Splits at semicolons outside quotes.
    private static func parameters(of value: String) -> [Substring] {
        var parts: [Substring] = []
        var start = value.startIndex
        var (isQuoted, isEscaped) = (false, false)
        for index in value.indices {
            let character = value[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";", !isQuoted {
                parts.append(value[start..<index])
                start = value.index(after: index)
            }
        }
        return parts + [value[start...]]
    }

    /// RFC 9110, 5.6.4.
    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }

    private static func decoded(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return PercentEncoding.decoded(parts[2])
    }
}
