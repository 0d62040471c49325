/// The status and the fields of a response (RFC 9112, 4 and 5; RFC 9113, 8.3.2), parsed line by line.
public struct HTTPResponseHead: Sendable {
    /// 0 until the first line has arrived.
    public private(set) var status = 0
    /// The reason phrase. Empty if there is none, as with HTTP/2. May contain anything except line ends.
    public private(set) var reason = ""
    /// True once the head is complete and is not that of an interim response (with a status below 200).
    public private(set) var isWhole = false
    private var fields: [(name: String, value: String)] = []

    /// An empty head, before its first line has arrived.
    public init() {}

    /// Takes a line with or without its end. Ignores lines after the end of the head, such as trailers.
    public mutating func receive(line: some Collection<UInt8>) {
        guard !isWhole else { return }
        let line = Self.trimmed(String(decoding: line, as: UTF8.self)[...])
        if line.isEmpty {
            isWhole = status >= 200
        } else if line.hasPrefix("HTTP/") {
            begin(line)
        } else if let colon = line.firstIndex(of: ":") {
            let value = Self.trimmed(line[colon...].dropFirst())
            fields.append((name: line[..<colon].lowercased(), value: String(value)))
        }
    }

    /// The value of the first field with that name, ignoring case. nil if there is none.
    public func value(of name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name == name }?.value
    }

    /// Parses a status line. If there was another before, that was an interim response.
    private mutating func begin(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        reason = words.count > 2 ? String(Self.trimmed(words[2])) : ""
        fields = []
    }

    /// The text without surrounding blanks and line ends.
    private static func trimmed(_ text: Substring) -> Substring {
        let scalars = text.unicodeScalars.drop { $0.isBlank }
        let last = scalars.lastIndex { !$0.isBlank }
        return Substring(scalars[..<(last.map(scalars.index(after:)) ?? scalars.startIndex)])
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\r" || self == "\n" }
}
