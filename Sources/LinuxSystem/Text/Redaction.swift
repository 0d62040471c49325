/// Replaces secrets in URLs by `***`, in text for people: the user information (`user:password@`, RFC 3986, 3.2.1),
/// and the values of the query, which may sign a URL or be a key for a private tracker.
public enum Redaction {
    /// The replacement for a secret.
    static let mark = Array("***".utf8)

    /// `text` without the user information of URLs in it. Redacting the result again does not change it.
    public static func text(_ text: String) -> String {
        hidden(inURLsOf: Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// The same for bytes, such as the output of another program.
    public static func bytes(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        hidden(inURLsOf: bytes).map { $0[...] } ?? bytes
    }

    /// An argument or a setting that was meant to be a URI and may be mistyped, without its user information. Hides
    /// too much rather than too little. Each parameter of a magnet link is treated separately.
    public static func uri(_ text: String) -> String {
        let isMagnet = ["magnet:", "stream-magnet:"].contains(where: text.lowercased().hasPrefix)
        guard isMagnet else {
            let hidden = hidden(inURI: Array(text.utf8)[...])
            return hidden.map { String(decoding: $0, as: UTF8.self) } ?? Self.text(text)
        }
        let parameters = text.utf8.split(
            separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        return parameters.map { parameter in
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else {
                return Self.text(String(Substring(parameter)))
            }
            let value = parameter.index(after: equals)
            return String(Substring(parameter[..<value]))
                + uri(String(Substring(parameter[value...])))
        }.joined(separator: "&")
    }

    /// The name of a magnet link's parameter. A name with an `@` is the end of a URL with an unescaped `&`, so what
    /// precedes the `@` may be a password.
    public static func parameterName(_ name: String) -> String {
        name.lastIndex(of: "@").map { "***" + name[$0...] } ?? name
    }
}
