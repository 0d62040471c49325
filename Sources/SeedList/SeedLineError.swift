/// Why a line is not valid in the seed list.
public enum SeedLineError: Error, Equatable, Sendable, CustomStringConvertible {
    case noProgram
    case tooLong
    case unclosedQuote(Character)
    case danglingBackslash
    case controlCharacter(UInt32)
    case notUTF8

    /// The reason, to follow the line's number and a colon in a message.
    public var description: String {
        switch self {
        case .noProgram: "it names no program"
        case .tooLong: "it is longer than \(SeedLine.maximumLength) bytes"
        case .unclosedQuote(let quote): "the quote \(quote) is not closed"
        case .danglingBackslash: "it ends in a backslash"
        case .controlCharacter(let code):
            "it contains the control character U+\(String(code, radix: 16, uppercase: true))"
        case .notUTF8: "it is not UTF-8"
        }
    }
}
