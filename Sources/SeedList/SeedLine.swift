import SystemPackage

/// One line of the seed list: a program and its arguments.
public struct SeedLine: Hashable, Sendable {
    /// A path, or a name to be searched for.
    public let program: String
    /// `argv` without the program's name.
    public let arguments: [String]

    /// The maximum length of a line in bytes.
    public static let maximumLength = 65_536

    /// Throws if the program is empty, a word contains a control character, or the line is too
    /// long.
    public init(program: String, arguments: [String]) throws(SeedLineError) {
        self.program = program
        self.arguments = arguments
        guard !program.isEmpty else { throw .noProgram }
        for word in [program] + arguments { try Self.refuseControlCharacters(in: word) }
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
    }

    /// A line whose arguments are `paths`. Also throws if a path is not UTF-8.
    public init(program: String, paths: [FilePath]) throws(SeedLineError) {
        var arguments: [String] = []
        for path in paths {
            guard let text = String(validating: path) else { throw .notUTF8 }
            arguments.append(text)
        }
        try self.init(program: program, arguments: arguments)
    }

    /// Parses one line. Words are split and quoted as in the POSIX shell (XCU 2.2). Returns nil for
    /// a blank line or a comment.
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
        // Our quoting may make the line longer than the user's.
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
    }

    /// The line as written to the file. Parsing it returns the same words.
    public var text: String {
        ([program] + arguments).map(Self.quoted).joined(separator: " ")
    }

    private static let plain = Set("%+,-./:=?@_&~0123456789".utf8)
        .union(UInt8(ascii: "a")...UInt8(ascii: "z"))
        .union(UInt8(ascii: "A")...UInt8(ascii: "Z"))

    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy { plain.contains($0) || $0 >= 0x80 }
        guard !isPlain else { return word }
        // Splits by scalars: a quote followed by a combining mark is a different Character.
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
    /// Compares bytes. Canonically equivalent spellings of "é" name different files.
    public static func == (one: SeedLine, other: SeedLine) -> Bool {
        one.program.utf8.elementsEqual(other.program.utf8)
            && one.arguments.elementsEqual(other.arguments) { $0.utf8.elementsEqual($1.utf8) }
    }

    /// Hashes the bytes, as `==` compares them.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text.utf8.count)
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension Unicode.Scalar {
    /// A blank in the POSIX locale: a space or a tab.
    var isBlank: Bool { self == " " || self == "\t" }
}
