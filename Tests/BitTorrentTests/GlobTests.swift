import Testing

@testable import BitTorrent

@Suite("Globs")
struct GlobTests {
    @Test(
        "A glob matches files and the contents of folders",
        arguments: [
            ("a.txt", "a.txt", true), ("a.txt", "deep/er/a.txt", true), ("a.txt", "ba.txt", false),
            ("*.txt", "deep/a.txt", true), ("*.txt", "a.txt.gz", false),
            ("deep", "deep/er/a", true),
            ("deep/", "deep/er/a", true), ("deep/*", "deep/er/a", true), ("/a", "deep/a", false),
            ("/a", "a", true), ("deep/*.txt", "deep/er/a.txt", false), ("./a/b", "a/b", true),
            ("deep/**/*.txt", "deep/er/a.txt", true), ("deep/**/*.txt", "deep/a.txt", true),
            ("**/er/*", "deep/er/a", true), ("deep/**", "deep/er/a", true),
            ("er/a", "deep/er/a", false),
            ("gr?ße", "größe", true), ("[a-c].txt", "b.txt", true), ("[!a-c].txt", "b.txt", false),
            ("[^a-c].txt", "d.txt", true), ("[]].txt", "].txt", true), ("[", "[", true),
            (#"\*"#, "*", true), (#"\*"#, "a", false), ("a*b*c", "aXbbYc", true),
            ("a*b*c", "aXc", false),
        ])
    func matches(pattern: String, path: String, isMatch: Bool) throws {
        #expect(try #require(Glob(pattern)).matches(path) == isMatch)
    }

    @Test("A glob with many stars matches quickly")
    func manyStars() throws {
        let glob = try #require(Glob(String(repeating: "*a", count: 40) + "b"))
        #expect(!glob.matches(String(repeating: "a", count: 2000)))
    }

    @Test("A glob with many folders matches quickly")
    func manyFolders() throws {
        let glob = try #require(Glob(String(repeating: "**/a/", count: 30) + "b"))
        #expect(!glob.matches(String(repeating: "a/", count: 500) + "c"))
        #expect(glob.matches(String(repeating: "a/", count: 500) + "b/c"))
    }

    @Test("An empty pattern is not a glob", arguments: ["", "/", "."])
    func nothing(text: String) {
        #expect(Glob(text) == nil)
    }
}
