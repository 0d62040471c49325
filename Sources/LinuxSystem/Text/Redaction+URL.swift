/// URLs of servers.
extension Redaction {
    /// Text that was meant to be a URL and is none, on one line, truncated, and without anything that may be a
    /// secret.
    public static func malformedURL(_ text: String) -> String {
        let longest = 200
        let line = text.onOneLine
        // A "?" in front of the "@" is more likely a part of a password than where the query begins.
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

    /// The path and query of a URL, which begin with a slash, without the query's values. If the URL has a user
    /// (`hasUser`), a path that may repeat it is hidden, too: two URLs may have been pasted together.
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
