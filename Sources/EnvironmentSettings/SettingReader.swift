import BackendContract
import BitTorrent
import LinuxSystem

/// Values of environment variables, turned into types.
struct SettingReader {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The value of `variable`; nil if it is not set or empty. Throws where `parse` gives nil, and tells the
    /// value as `showing` has it.
    func value<Value>(
        _ variable: EnvironmentVariable, _ expected: String,
        showing: (String) -> String = \.withoutUserInformationOfURI,
        _ parse: (String) -> Value?
    ) throws(SettingError) -> Value? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard let value = parse(text) else {
            throw SettingError(
                name: variable.rawValue, value: showing(text), expected: expected)
        }
        return value
    }

    /// Items separated by commas or blanks; nil where one of them is not understood.
    static func list<Item>(_ text: String, of item: (Substring) -> Item?) -> [Item]? {
        var items: [Item] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let value = item(part) else { return nil }
            items.append(value)
        }
        return items
    }

    /// Of 1024 each, as people write them behind a number of bytes.
    private static let units: [Character: Int64] = [
        "k": 1 << 10, "K": 1 << 10, "m": 1 << 20, "M": 1 << 20, "g": 1 << 30, "G": 1 << 30,
        "t": 1 << 40, "T": 1 << 40,
    ]

    /// Bytes a second with a unit behind if any; `.some(nil)` is no limit.
    static func rate(_ text: String) -> Int?? {
        guard let bytes = WholeNumber.parse(text, units: units), bytes <= Int64(Int32.max) else {
            return nil
        }
        return .some(bytes == 0 ? nil : Int(bytes))
    }

    /// Bytes in all, with a unit behind if any; `.some(nil)` is no limit.
    static func size(_ text: String) -> ByteCount?? {
        WholeNumber.parse(text, units: units).map { $0 == 0 ? nil : ByteCount($0) }
    }

    /// Seconds between one time and the next.
    static func interval(_ text: String) -> Duration? {
        WholeNumber.parse(text, within: 1...86_400).map { .seconds($0) }
    }

    /// Seconds, or minutes, hours or days with their letter behind; more than none.
    static func span(_ text: String) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let seconds = WholeNumber.parse(text, units: units), (1...1 << 40).contains(seconds)
        else {
            return nil
        }
        return .seconds(seconds)
    }

    /// Seconds; `.some(nil)` is for ever.
    static func timeout(_ text: String) -> Duration?? {
        guard let seconds = WholeNumber.parse(text, within: 0...31_536_000) else { return nil }
        return .some(seconds == 0 ? nil : .seconds(seconds))
    }
}
