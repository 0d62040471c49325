import BackendContract
import BitTorrent
import LinuxSystem

/// Parses the values of environment variables.
struct SettingReader {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The value of `variable`. nil if it is unset or empty. Throws if `parse` returns nil. `showing`
    /// converts the value for the error message.
    func value<Value>(
        _ variable: EnvironmentVariable, _ expected: String,
        showing: (String) -> String = Redaction.uri,
        _ parse: (String) -> Value?
    ) throws(SettingError) -> Value? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard let value = parse(text) else {
            throw SettingError(
                name: variable.rawValue, value: showing(text), expected: expected)
        }
        return value
    }

    /// Parses items separated by commas or blanks. nil if an item is invalid.
    static func list<Item>(_ text: String, of item: (Substring) -> Item?) -> [Item]? {
        var items: [Item] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let value = item(part) else { return nil }
            items.append(value)
        }
        return items
    }

    /// Suffixes for numbers of bytes. Each is a power of 1024.
    private static let units: [Character: Int64] = [
        "k": 1 << 10, "K": 1 << 10, "m": 1 << 20, "M": 1 << 20, "g": 1 << 30, "G": 1 << 30,
        "t": 1 << 40, "T": 1 << 40,
    ]

    /// Parses bytes per second with an optional suffix. `.some(nil)` means no limit.
    static func rate(_ text: String) -> Int?? {
        guard let bytes = WholeNumber.parse(text, units: units), bytes <= Int64(Int32.max) else {
            return nil
        }
        return .some(bytes == 0 ? nil : Int(bytes))
    }

    /// Parses a number of bytes with an optional suffix. `.some(nil)` means no limit.
    static func size(_ text: String) -> ByteCount?? {
        WholeNumber.parse(text, units: units).map { $0 == 0 ? nil : ByteCount($0) }
    }

    /// Parses an interval in seconds.
    static func interval(_ text: String) -> Duration? {
        WholeNumber.parse(text, within: 1...86_400).map { .seconds($0) }
    }

    /// Parses a positive time in seconds, or with a suffix for minutes, hours or days.
    static func span(_ text: String) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let seconds = WholeNumber.parse(text, units: units), (1...1 << 40).contains(seconds)
        else {
            return nil
        }
        return .seconds(seconds)
    }

    /// Parses a timeout in seconds. `.some(nil)` means no limit.
    static func timeout(_ text: String) -> Duration?? {
        guard let seconds = WholeNumber.parse(text, within: 0...31_536_000) else { return nil }
        return .some(seconds == 0 ? nil : .seconds(seconds))
    }
}
