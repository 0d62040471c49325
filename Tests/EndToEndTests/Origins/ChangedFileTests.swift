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

    @Test("A file with a digest is downloaded from servers that give it a different tag each time")
    func otherTags() async throws {
        let given = try FileAtOrigin()
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name, "tag=other")
            let ended = try await given.get(url + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.isComplete)
            let bare = try await given.get(url + "#name=bare")
            #expect(bare.status == .exited(69), "\(bare)")
            #expect(bare.errors.contains("changes again and again"), "\(bare)")
        }
    }

    @Test("A partial file with another name is not written to")
    func hardLink() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try FileManager.default.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        let outside = given.folder.path.appending("outside")
        try Data("mine".utf8).write(to: URL(filePath: outside.string))
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "ranges=0&silent=1&times=1") + given.pin
            let command = given.overlay.command("pierdat", uri, given.destination.string)
            let name = try await RunningProcess.with(command) { process in
                try await origin.answered("silent=1")
                let names = try FileManager.default.contentsOfDirectory(
                    atPath: given.destination.string)
                return try #require(names.first { $0.hasSuffix(".part") })
            }.value
            let part = given.destination.appending(name).string
            try? FileManager.default.removeItem(atPath: part)
            try FileManager.default.linkItem(atPath: outside.string, toPath: part)
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.isComplete)
        #expect(try Data(contentsOf: URL(filePath: outside.string)) == Data("mine".utf8))
    }

    @Test("Data that is written a second time is verified a second time")
    func writtenTwice() async throws {
        let given = try FileAtOrigin()
        // Only the beginning differs, which was right when it was written first.
        var new = given.contents
        new.replaceSubrange(0..<1000, with: Data(count: 1000))
        try given.writeNewVersion(new)
        try await Origin.serving(given.origin) { origin in
            for behaviour in ["", "&chunked=1"] {
                let url = origin.url(
                    FileAtOrigin.name, "ranges=0&tag=none&cut=9000000&times=1&change=2\(behaviour)")
                let ended = try await given.get(url + given.pin)
                #expect(ended.status == .exited(65), "\(ended)")
                #expect(given.arrived.isEmpty)
            }
        }
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
