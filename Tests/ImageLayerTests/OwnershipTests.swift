import ImageLayer
import LinuxSystem
import Testing

@Suite("Owners and modes as in Docker's COPY")
struct OwnershipTests {
    @Test(
        "Names are looked up, and a number needs no entry and is its own group",
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

    @Test(
        "A name that the image does not have is reported", arguments: ["no-such", "root:no-such"])
    func unknown(text: String) throws {
        let name = try #require(OwnerName(text))
        let error = #expect(throws: LayerError.self) { try name.owner() }
        #expect(error?.description.contains("'no-such'") == true)
    }

    @Test("An invalid owner is rejected", arguments: ["", ":", ":0", "0:", "a:b:c"])
    func malformed(text: String) {
        #expect(OwnerName(text) == nil)
    }

    @Test(
        "An invalid octal mode is rejected",
        arguments: ["", "8", "0o755", "u=rwX", "-755", "77777"])
    func malformedMode(text: String) {
        #expect(Permissions(text) == nil)
    }
}
