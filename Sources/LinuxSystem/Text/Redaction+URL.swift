/// URLs of servers.
extension Redaction {
    /// Text that was meant to be a URL but is not one: on one line, truncated, and without possible secrets.
    public static func malformedURL(_ text: String) -> String {
        let longest = 200
        let line = text.onOneLine
        // A "?" before the "@" is more likely part of a password than the start of the query.
        let user = line.lastIndex(of: "@")
        let query = line[(user ?? line.startIndex)...].firstIndex(of: "?")
        var shown = line[..<(query ?? line.endIndex)]
        let start = shown.firstRange(of: "://")?.upperBound ?? shown.startIndex
        if let user {
            shown.replaceSubrange((start <= user ? start : shown.startIndex)..<user, with: "***")
        }
        let isCut = shown.count > longest
        return shown.trimmed.prefix(longest) + (isCut ? "…" : query == nil ? "" : "?***")
    }

    /// The path and query of a URL, starting with a slash, without the query's values. If the URL has a user
    /// (`hasUser`), a path that may repeat it is hidden, too, because two URLs may have been pasted together.
    public static func target(_ target: some StringProtocol, hasUser: Bool) -> String {
        let path = target.prefix { $0 != "?" }
        let query = target[path.endIndex...].dropFirst().split(separator: "&").map { parameter in
            parameter.contains("=") ? parameter.prefix { $0 != "=" } + "=***" : "***"
        }
        let shown = path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        return hasUser && mayRepeatUser(shown) ? "/***" : shown
    }

    private static func mayRepeatUser(_ text: some StringProtocol) -> Bool {
        guard let at = text.lastIndex(of: "@") else { return false }
        return text[..<at].contains(":")
    }
}
