import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Malicious URIs and paths", .timeLimit(.minutes(3)))
struct HostileInputTests {
    private static let hash = String(repeating: "0123456789", count: 4)

    @Test(
        "A URI with shell metacharacters executes nothing and is not recorded",
        arguments: [
            "magnet:?xt=urn:btih:\(hash)&dn=$(touch HARM)`touch HARM`;touch HARM|touch HARM&touch HARM",
            "magnet:?xt=urn:btih:\(hash)&dn=';touch HARM;'", "$(touch HARM).torrent",
            "`touch HARM`", "; touch HARM", "--torrent-file=HARM.torrent", "*",
            "../../HARM.torrent",
        ])
    func metacharacters(uri: String) async throws {
        let given = try Given()
        let ended = try await given.get(uri)
        #expect(ended.status != .exited(0), "\(ended)")
        try given.expectNoHarm()
    }

    @Test(
        "A URI with a control character is rejected and not recorded",
        arguments: [
            "magnet:?xt=urn:btih:\(hash)&dn=a\ntouch HARM", "magnet:\n?xt=urn:btih:\(hash)",
            "magnet:?xt=urn:btih:\n\(hash)", "a\n.torrent",
            "magnet:?xt=urn:btih:\(hash)&dn=\u{1B}[2J",
        ])
    func controlCharacters(uri: String) async throws {
        let given = try Given()
        let ended = try await given.get(uri)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(!ended.errors.contains("\u{1B}"), "\(ended)")
        try given.expectNoHarm()
    }

    @Test("A destination with shell metacharacters is quoted in the seed list and seeded")
    func destination() async throws {
        let given = try await Arrangement()
        let destination = given.folder.path.appending("it's; $(touch HARM) `x` \"y\" & #z")
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.data.isEqual(below: destination))

        let next = try Overlay(given.folder.path.appending("next overlay"))
        try await given.overlay.serving(given.torrent) { seed in
            let ended = try await next.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
    }

    /// An overlay in a folder. A file named HARM would mean that something was executed.
    private struct Given {
        let folder: TemporaryFolder
        let overlay: Overlay
        let seedList: Data

        init() throws {
            folder = try TemporaryFolder()
            overlay = try Overlay(folder.path.appending("overlay"))
            seedList = try overlay.seedListContents
        }

        func get(_ uri: String) async throws -> Ended {
            try await overlay.command("pierdat", "--stall-timeout", "1", "--", uri, "destination")
                .started(by: "/usr/bin/env", ["-C", folder.path.string])
                .run()
        }

        func expectNoHarm() throws {
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path.string)
            #expect(!files.contains { $0.contains("HARM") }, "\(files)")
            #expect(try overlay.seedListContents == seedList)
        }
    }
}
