import FoundationEssentials

/// A line of a child that is a record in JSON already, as the built-in seeder writes it.
struct LoggedRecord: Decodable {
    let time: String
    let level: String
    let component: String
    let event: String

    /// nil if `line` is not a complete record.
    init?(_ line: ArraySlice<UInt8>) {
        // Most lines are no JSON.
        guard line.first == UInt8(ascii: "{"), line.last == UInt8(ascii: "}"),
            let record = try? JSONDecoder().decode(Self.self, from: Data(line))
        else { return nil }
        self = record
    }
}
