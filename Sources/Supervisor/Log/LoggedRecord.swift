import FoundationEssentials

/// A line of a child that is a record in JSON already, as the built-in seeder writes it.
struct LoggedRecord: Decodable {
    let time: String
    let level: String
    let component: String
    let event: String

    /// True if `line` is a complete record.
    static func isRecord(_ line: ArraySlice<UInt8>) -> Bool {
        // Most lines are no JSON.
        line.first == UInt8(ascii: "{") && line.last == UInt8(ascii: "}")
            && (try? JSONDecoder().decode(Self.self, from: Data(line))) != nil
    }
}
