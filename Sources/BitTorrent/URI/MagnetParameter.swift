import LinuxSystem

/// A `name=value` parameter of a magnet link.
struct MagnetParameter {
    /// In lower case, without the meaningless number in names such as `tr.1` or `xt.2`.
    let name: String
    /// As written in the link, percent-encoded. nil if there is no `=`.
    private(set) var value: String?

    private init(_ text: Substring) {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        name = Self.withoutNumber(
            PercentEncoding.decodedLeniently(Substring(parts[0])).trimmed.lowercased())
        value = parts.count > 1 ? String(Substring(parts[1])) : nil
    }

    /// All parameters in order. `query` is the part after `?`. Empty parameters (`&&`) are skipped.
    static func all(in query: Substring) -> [MagnetParameter] {
        var parameters: [MagnetParameter] = []
        let parts = query.utf8.split(
            separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        for (number, part) in parts.enumerated() {
            let text = number == 0 ? Substring(part) : withoutEntity(Substring(part))
            let parameter = MagnetParameter(text)
            if let last = parameters.last, last.name == "dn", parameter.value == nil,
                startsWithBlank(text)
            {
                // "Tom & Jerry" with an unescaped "&".
                parameters[parameters.count - 1].value = (last.value ?? "") + "%26" + text
            } else if !parameter.name.isEmpty || parameter.value?.isEmpty == false {
                parameters.append(parameter)
            }
        }
        return parameters
    }

    /// A link copied from the source of a web page has `&amp;` instead of `&`.
    private static func withoutEntity(_ text: Substring) -> Substring {
        var rest = text
        while let entity = ["amp;", "#38;", "#x26;"].first(where: rest.lowercased().hasPrefix) {
            rest = Substring(rest.utf8.dropFirst(entity.utf8.count))
        }
        return rest
    }

    private static func startsWithBlank(_ text: Substring) -> Bool {
        [" ", "+", "%20"].contains(where: text.hasPrefix)
    }

    private static func withoutNumber(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."), case let number = name[dot...].dropFirst(),
            !number.isEmpty, number.utf8.allSatisfy({ 0x30...0x39 ~= $0 })
        else { return name }
        return String(name[..<dot])
    }
}
