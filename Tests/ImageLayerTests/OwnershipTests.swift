import ImageLayer
import LinuxSystem
import Testing

@Suite("Owners and modes as Docker's COPY has them")
struct OwnershipTests {
    @Test(
        "names are looked up, a number needs no entry and is its own group",
        arguments: [
            ("root", FileOwner(user: 0, group: 0)), ("0:0", FileOwner(user: 0, group: 0)),
            ("4711", FileOwner(user: 4711, group: 4711)),
            ("4711:4712", FileOwner(user: 4711, group: 4712)),
            ("daemon", FileOwner(user: 1, group: 1)),
            ("4711:daemon", FileOwner(user: 4711, group: 1)),
        ])
    func owners(text: String, owner: FileOwner) throws {
        #expect(try OwnerName(text)?.owner() == owner)
    }

    @Test("a name that the image does not have is named", arguments: ["no-such", "root:no-such"])
    func unknown(text: String) throws {
        let name = try #require(OwnerName(text))
        let error = #expect(throws: LayerError.self) { try name.owner() }
        #expect(error?.description.contains("'no-such'") == true)
    }

    @Test("what is no owner is none", arguments: ["", ":", ":0", "0:", "a:b:c"])
    func malformed(text: String) {
        #expect(OwnerName(text) == nil)
    }

    @Test("what is no octal mode is none", arguments: ["", "8", "0o755", "u=rwX", "-755", "77777"])
    func malformedMode(text: String) {
        #expect(Permissions(text) == nil)
    }
}
