import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Files of a download, wherever it comes from", .timeLimit(.minutes(3)))
struct SameResultTests {
    @Test("A download from the server and one from peers leave the same files, byte for byte")
    func same() async throws {
        let first = try FileAtOrigin()
        let second = try FileAtOrigin()
        let third = try FileAtOrigin()
        try await Origin.serving(first.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + first.pin
            let ended = try await first.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            try await RunningProcess.with(first.overlay.command("pierdatd")) { daemon in
                let line = try await daemon.line(containing: "listening on port")
                let port = try #require(line.split(separator: " ").last)
                var next = second
                next.overlay.environment["PIERDAT_PEERS"] = "127.0.0.1:\(port)"
                let before = await origin.requests.count
                let ended = try await next.get(uri)
                #expect(await origin.requests.count == before, "\(ended)")
                #expect(ended.status == .exited(0), "\(ended)")
            }
            let again = try await third.get(uri)
            #expect(again.status == .exited(0), "\(again)")
        }
        for given in [first, second, third] { #expect(given.isComplete) }
        let states = try [first, second, third].map { try Self.files(of: $0.overlay) }
        #expect(states[0].count == 1, "\(states[0].keys)")
        #expect(states[1] == states[0], "\(states[1].keys)")
        #expect(states[2] == states[0], "\(states[2].keys)")
    }

    /// The files of the state folder.
    private static func files(of overlay: Overlay) throws -> [String: Data] {
        let state = overlay.prefix.appending("var/lib/pierdat").string
        let names = try FileManager.default.subpathsOfDirectory(atPath: state)
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                (try? Data(contentsOf: URL(filePath: "\(state)/\(name)"))).map { (name, $0) }
            })
    }
}
