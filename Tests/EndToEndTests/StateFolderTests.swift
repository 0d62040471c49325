import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("State folder", .timeLimit(.minutes(3)))
struct StateFolderTests {
    @Test("With a state folder, a download writes nothing but it and DEST, and pierdatd seeds it")
    func download() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        let state = try given.folder.make("state")
        try await given.folder.give(to: "nobody")
        // Now only root may write to the overlay.
        overlay.environment["PIERDAT_STATE"] = state.string
        let before = try contents(of: overlay.prefix)
        try await Aria2.seeding(given.torrent, given.data) { [overlay] seed in
            let ended = try await overlay.command(
                "pierdat", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string
            ).as("nobody").withReadOnly(overlay.prefix).run()
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete)
        #expect(try contents(of: overlay.prefix) == before)
        let list = try String(contentsOfFile: "\(state)/pier.dat", encoding: .utf8)
        #expect(
            list == "pierdat-seed-bittorrent \(state)/torrents/\(given.torrent.key).torrent "
                + "\(given.destination)\n")
        let daemon = overlay.command("pierdatd").as("nobody").withReadOnly(overlay.prefix)
        let next = try given.next
        try await RunningProcess.with(daemon) { [overlay] process in
            let line = try await process.line(containing: "listening on port ")
            let port = line.split(separator: " ").last.map(String.init) ?? ""
            try await next.fetch(from: "127.0.0.1:\(port)")
            let health = try await overlay.pierdat("health")
            #expect(health.status == .exited(0), "\(health)")
        }
        #expect(try next.isComplete)
    }

    @Test("What is published or verified is recorded in the state folder")
    func publish() async throws {
        let given = try await Arrangement(.hybrid)
        var overlay = given.overlay
        let state = given.folder.path.appending("state")
        overlay.environment["PIERDAT_STATE"] = state.string
        for words in [
            ["publish", given.data.root.string],
            ["seed", given.torrent.path.string, given.data.root.string],
        ] {
            let ended = try await overlay.pierdat(words)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        let list = try String(contentsOfFile: "\(state)/pier.dat", encoding: .utf8)
        #expect(list.split(separator: "\n").count == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(state)/torrents").count == 2)
        #expect(try overlay.seedLines == [])
    }

    @Test("A state folder that is no absolute path ends every command with 64")
    func relative() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_STATE"] = "state"
        for words in [[given.torrent.path.string, given.destination.string], ["health"]] {
            let ended = try await overlay.pierdat(words)
            #expect(ended.status == .exited(64), "\(ended)")
            #expect(
                ended.errors.contains(
                    "PIERDAT_STATE=state is invalid: expected the absolute path of a folder"))
        }
    }

    @Test("A state folder that cannot be written ends a download with 73 before it begins")
    func unusable() async throws {
        let given = try await Arrangement()
        let file = given.folder.path.appending("file")
        try "".write(toFile: file.string, atomically: false, encoding: .utf8)
        let others = try given.folder.make("others")
        for (path, cause) in [
            (file, "Not a directory"), (file.appending("below"), "Not a directory"),
            (others, "Permission denied"), (FilePath("/proc/state"), "No such file or directory"),
        ] {
            let ended = try await given.overlay
                .command("pierdat", given.torrent.path.string, given.destination.string)
                .with("PIERDAT_STATE", path.string).as("nobody").run()
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(
                ended.errors.contains("cannot write the state folder \(path): \(cause)"),
                "\(ended)")
        }
    }

    @Test("On a read-only root, the message says that PIERDAT_STATE helps")
    func advice() async throws {
        let given = try await Arrangement()
        let ended = try await given.overlay
            .command("pierdat", given.torrent.path.string, given.destination.string)
            .withReadOnly(given.overlay.prefix).run()
        #expect(ended.status == .exited(73), "\(ended)")
        #expect(ended.errors.contains("Read-only file system. Set PIERDAT_STATE to a folder"))
    }

    private func contents(of folder: FilePath) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: folder.string))
    }
}
