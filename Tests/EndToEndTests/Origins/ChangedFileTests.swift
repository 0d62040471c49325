import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("A file that changes on the web server", .timeLimit(.minutes(3)))
struct ChangedFileTests {
    @Test(
        "Old and new data are never mixed, with or without a strong validator",
        arguments: ["", "&tag=weak"])
    func changes(tag: String) async throws {
        let given = try FileAtOrigin()
        let new = FileAtOrigin.data(given.contents.count, seed: 2)
        try given.writeNewVersion(new)
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(
                origin.url(FileAtOrigin.name, "change=2&type=a\(tag)"))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("has changed"), "\(ended)")
        }
        #expect(given.arrived == [FileAtOrigin.name: new])
    }

    @Test("A new version of another size is downloaded as a whole")
    func grows() async throws {
        let given = try FileAtOrigin()
        let new = FileAtOrigin.data(given.contents.count + 5000, seed: 2)
        try given.writeNewVersion(new)
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(origin.url(FileAtOrigin.name, "change=2"))
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.arrived == [FileAtOrigin.name: new])
    }

    @Test(
        "An interrupted download goes on where it stopped if the file is the same, else from the start"
    )
    func resumed() async throws {
        let given = try FileAtOrigin()
        try await Origin.serving(given.origin) { origin in
            let slow = origin.url(FileAtOrigin.name, "rate=2000000")
            let command = given.overlay.command("pierdat", slow, given.destination.string)
            try await RunningProcess.with(command) { process in
                try await origin.answered("bytes=8388608-")
                try await Patience.until {
                    guard let partial = given.partial else { return nil as Void? }
                    return partial.size == given.contents.count && partial.allocated > 1 << 20
                        ? () : nil
                }
                try process.send(SIGTERM)
                try await process.end()
            }
            #expect(given.arrived[FileAtOrigin.name] == nil)
            #expect(
                given.arrived.keys.contains { $0.hasPrefix(".pierdat-") && $0.hasSuffix(".part") })
            let ended = try await given.get(slow)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("are there already"), "\(ended)")
            #expect(given.isComplete)
            #expect(await origin.requests.contains { $0.ifRange.hasPrefix("\"") })
        }
    }
}
