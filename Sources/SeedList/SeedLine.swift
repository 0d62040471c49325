import SystemPackage

/// One line of the seed list: a program and its arguments, as they are handed to it.
public struct SeedLine: Hashable, Sendable {
    /// A name that is looked for, or a path.
    public let program: String
    /// `argv` behind the program's name.
    public let arguments: [String]

    /// The longest line that is taken, in bytes.
    public static let maximumLength = 65_536

    /// Throws where a word holds a control character, the program is empty or the line too long.
    public init(program: String, arguments: [String]) throws(SeedLineError) {
        self.program = program
        self.arguments = arguments
        guard !program.isEmpty else { throw .noProgram }
        for word in [program] + arguments { try Self.refuseControlCharacters(in: word) }
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
    }

    /// A line whose arguments are `paths`. Throws where one of them is not UTF-8, too.
    public init(program: String, paths: [FilePath]) throws(SeedLineError) {
        var arguments: [String] = []
        for path in paths {
            guard let text = String(validating: path) else { throw .notUTF8 }
            arguments.append(text)
        }
        try self.init(program: program, arguments: arguments)
    }

    /// Parses one line, split into words as the POSIX shell quotes them (XCU 2.2). Returns nil for
    /// a blank line and for a comment.
    public init?(parsing line: String) throws(SeedLineError) {
        guard line.utf8.count <= Self.maximumLength else { throw .tooLong }
        guard let first = line.unicodeScalars.first(where: { !$0.isBlank }) else { return nil }
        guard first != "#" else { return nil }
        try Self.refuseControlCharacters(in: line)
        var splitter = WordSplitter(line)
        let words = try splitter.words()
        guard let program = words.first, !program.isEmpty else { throw .noProgram }
        self.program = program
        self.arguments = Array(words.dropFirst())
        // Quoted as we quote, it may be longer.
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
    }

    /// The line as it stands in the file: parsing it gives the same words again.
    public var text: String {
        ([program] + arguments).map(Self.quoted).joined(separator: " ")
    }

    private static let plain = Set("%+,-./:=?@_&~0123456789".utf8)
        .union(UInt8(ascii: "a")...UInt8(ascii: "z"))
        .union(UInt8(ascii: "A")...UInt8(ascii: "Z"))

    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy { plain.contains($0) || $0 >= 0x80 }
        guard !isPlain else { return word }
        // By scalars: to a String, a quote with a combining mark behind it is another character.
        let parts = word.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.map { String($0) }.joined(separator: #"'\''"#) + "'"
    }

    private static func refuseControlCharacters(in text: String) throws(SeedLineError) {
        for scalar in text.unicodeScalars
        where scalar.properties.generalCategory == .control && scalar != "\t" {
            throw .controlCharacter(scalar.value)
        }
    }
}

extension SeedLine {
    /// Whether the bytes are the same: paths are told apart that look alike, "é" in one character and in two.
    public static func == (one: SeedLine, other: SeedLine) -> Bool {
        one.program.utf8.elementsEqual(other.program.utf8)
            && one.arguments.elementsEqual(other.arguments) { $0.utf8.elementsEqual($1.utf8) }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(text.utf8.count)
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension Unicode.Scalar {
    /// A blank of the POSIX locale: a space or a tab.
    var isBlank: Bool { self == " " || self == "\t" }
}
