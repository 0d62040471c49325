import Testing

@testable import SeedList

@Suite struct SeedLineTests {
    @Test(
        "A line is split into words as in the POSIX shell",
        arguments: [
            ("a b  c", ["a", "b", "c"]),
            ("\ta\t b ", ["a", "b"]),
            (#"a 'b c' "d e" f\ g"#, ["a", "b c", "d e", "f g"]),
            (#"a '' """#, ["a", "", ""]),
            (#"a x'y'"z"\w"#, ["a", "xyzw"]),
            (#"a '\' "\"" "\a" "\\""#, ["a", #"\"#, "\"", #"\a"#, #"\"#]),
            (
                #"a "$HOME" `id` $(id) * ~ ; & | > <"#,
                ["a", "$HOME", "`id`", "$(id)", "*", "~", ";", "&", "|", ">", "<"]
            ),
            (
                "a magnet:?xt=urn:btih:00&tr=http://x/?a=b;c",
                ["a", "magnet:?xt=urn:btih:00&tr=http://x/?a=b;c"]
            ),
            ("a # b", ["a", "#", "b"]),
            ("café 'Grüße ☃'", ["café", "Grüße ☃"]),
        ])
    func splits(line: String, words: [String]) throws {
        let parsed = try #require(try SeedLine(parsing: line))
        #expect([parsed.program] + parsed.arguments == words)
    }

    @Test("Blank lines and comments are ignored", arguments: ["", "  \t", "#", "  # a 'b"])
    func ignores(line: String) throws {
        #expect(try SeedLine(parsing: line) == nil)
    }

    @Test(
        "A malformed line is rejected with its cause",
        arguments: [
            ("a 'b", SeedLineError.unclosedQuote("'")),
            ("a \"b", .unclosedQuote("\"")),
            ("a \"b\\", .unclosedQuote("\"")),
            ("a b\\", .danglingBackslash),
            ("'' a", .noProgram),
            ("a b\u{0}c", .controlCharacter(0)),
            ("a \u{1B}[2J", .controlCharacter(0x1B)),
            ("a b\r", .controlCharacter(0x0D)),
            ("a\u{85}b", .controlCharacter(0x85)),
        ])
    func refuses(line: String, cause: SeedLineError) {
        #expect(throws: cause) { try SeedLine(parsing: line) }
    }

    @Test(
        "A quoted line parses to the same words",
        arguments: [
            ["plain"], [""], ["it's"], ["'"], ["''"], ["a b"], [#"\"#], [#""$x`y""#], ["#"],
            ["é ☃"],
            ["magnet:?xt=urn:btih:00&tr=a"], ["*", "?", "~", ";|&<>()"], ["e\u{301}'\u{301}"],
        ])
    func roundTrips(arguments: [String]) throws {
        let line = try SeedLine(program: "program", arguments: arguments)
        #expect(try SeedLine(parsing: line.text) == line)
    }

    @Test("A line that is too long is rejected")
    func refusesLongLines() {
        let line = String(repeating: "a", count: SeedLine.maximumLength + 1)
        #expect(throws: SeedLineError.tooLong) { try SeedLine(parsing: line) }
    }

    @Test("Words with control characters are rejected")
    func refusesToQuoteControlCharacters() {
        #expect(throws: SeedLineError.controlCharacter(10)) {
            try SeedLine(program: "a", arguments: ["b\nc"])
        }
    }

    @Test("Lines with different bytes differ even if they look alike")
    func alike() throws {
        let composed = try SeedLine(program: "a", arguments: ["/srv/caf\u{E9}"])
        let decomposed = try SeedLine(program: "a", arguments: ["/srv/cafe\u{301}"])
        #expect(composed != decomposed)
        #expect(SeedList(parsing: composed.text + "\n" + decomposed.text).lines.count == 2)
    }
}
