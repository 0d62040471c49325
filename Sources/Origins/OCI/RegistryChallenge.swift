/// How a server wants to be shown who asks: the WWW-Authenticate field (RFC 9110, 11.6.1).
enum RegistryChallenge: Equatable {
    /// User and password with every request.
    case basic
    /// A token, which the server at `realm` gives.
    case bearer(realm: String, service: String?, scope: String?)

    /// nil if neither kind is asked for.
    init?(_ field: String) {
        let kind = field.prefix { $0 != " " }
        switch kind.lowercased() {
        case "basic": self = .basic
        case "bearer":
            let values = Self.parameters(field.dropFirst(kind.count))
            guard let realm = values["realm"] else { return nil }
            self = .bearer(realm: realm, service: values["service"], scope: values["scope"])
        default: return nil
        }
    }

    /// `name="value"` or `name=value`, separated by commas.
    private static func parameters(_ text: Substring) -> [String: String] {
        var values: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].filter { $0 != "," && !$0.isWhitespace }.lowercased()
            rest = rest[rest.index(after: equals)...]
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                value = String(rest.prefix { $0 != "\"" })
                rest = rest.dropFirst(value.count + 1)
            } else {
                value = String(rest.prefix { $0 != "," })
                rest = rest.dropFirst(value.count)
            }
            values[name] = values[name] ?? value
        }
        return values
    }
}
