import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Publishing", .timeLimit(.minutes(3)))
struct PublishTests {
    @Test("Another client finds every option of publish in the torrent")
    func options() async throws {
        let given = try Given()
        let torrent = try await given.publish(
            "--tracker", "http://one.example/announce", "--tracker",
            "udp://two.example:6969/announce",
            "--web-seed", "https://three.example/data/", "--web-seed", "http://four.example/",
            "--name", "another name", "--private", "--comment", "words, größer", "-o",
            given.output.string)
        #expect(torrent.trackers.map(\.url).prefix(1) == ["http://one.example/announce"])
        #expect(
            torrent.trackers == [
                .init(url: "http://one.example/announce", tier: 0),
                .init(url: "udp://two.example:6969/announce", tier: 1),
            ])
        #expect(
            torrent.webSeeds.sorted() == ["http://four.example/", "https://three.example/data/"])
        #expect(torrent.name == "another name")
        #expect(torrent.isPrivate)
        #expect(torrent.comment == "words, größer")
        #expect(torrent.creator == "Pierdat")
    }

    @Test(
        "Without options it is a hybrid torrent with the folder's name and all files")
    func plain() async throws {
        let given = try Given()
        let torrent = try await given.publish("--output", given.output.string)
        #expect(torrent.v1 != nil && torrent.v2 != nil)
        #expect(torrent.name == DataSet.name)
        #expect(!torrent.isPrivate)
        #expect(torrent.comment == "")
        #expect(torrent.trackers.isEmpty && torrent.webSeeds.isEmpty)
        let files = ["a file.bin", "empty", "nested/deep/größe.bin", "nested/it's.txt"]
        #expect(torrent.files.sorted() == files.map { "\(DataSet.name)/\($0)" })
        #expect(torrent.pieceLength >= 16_384)
    }

    @Test("The printed magnet link and Dockerfile line lead to the data")
    func printed() async throws {
        let given = try Given()
        let ended = try await given.overlay.pierdat(
            "publish", given.data.root.string, "--name", "another name", "-o", given.output.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let torrent = try await TorrentDescription.read(given.output)
        let pairs = ended.output.components(separatedBy: "\n").map {
            $0.components(separatedBy: ": ")
        }
        let printed = Dictionary(
            pairs.map { ($0[0], $0.dropFirst().joined(separator: ": ")) },
            uniquingKeysWith: { first, _ in first })
        #expect(printed["name"] == "another name")
        #expect(printed["info-hash v1"] == torrent.v1)
        #expect(printed["info-hash v2"] == torrent.v2)
        let magnet = printed["magnet"] ?? "none"
        #expect(printed["Dockerfile"] == "RUN --network=host pierdat '\(magnet)' /srv")

        // The image is now its own origin, with the name that it was given.
        let file = TorrentFile(path: given.output, v1: torrent.v1, v2: torrent.v2)
        let next = try Overlay(given.folder.path.appending("next overlay"))
        let end = given.folder.path.appending("end")
        try await given.overlay.serving(file) { seed in
            let ended = try await next.pierdat("\(magnet)&x.pe=\(seed.address)", end.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        try FileManager.default.moveItem(
            atPath: end.appending("another name").string,
            toPath: end.appending(DataSet.name).string)
        #expect(try given.data.isEqual(below: end))
    }

    @Test("Empty folders are left out, with a warning that counts them", arguments: [0, 1, 3])
    func emptyFolders(count: Int) async throws {
        let given = try Given()
        for number in 0..<count {
            try FileManager.default.createDirectory(
                atPath: given.data.root.appending("empty \(number)").string,
                withIntermediateDirectories: false)
        }
        let ended = try await given.overlay.pierdat("publish", given.data.root.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let words = [
            "", "the empty folder \(DataSet.name)/empty 0 is left out. ", "",
            "3 empty folders are left out, \(DataSet.name)/empty 0 among them. ",
        ][count]
        #expect(
            count == 0
                ? ended.errors.isEmpty : ended.errors.hasPrefix("pierdat: warning: " + words),
            "\(ended)")
    }

    @Test("With --v1 aria2 can download it, which supports hybrids only since version 1.37")
    func version1() async throws {
        let given = try Given()
        let torrent = try await given.publish("--v1", "-o", given.output.string)
        #expect(torrent.v1 != nil && torrent.v2 == nil)
        let file = TorrentFile(path: given.output, v1: torrent.v1, v2: torrent.v2)
        let end = try given.folder.make("end")
        try await Tracker.tracking([file], in: given.folder.path) { tracker in
            try await given.overlay.serving(file, tracker: tracker) { _ in
                let magnet = file.magnet("tr=\(tracker.announce())")
                try await Aria2.download(magnet, into: end, tracker: tracker)
            }
        }
        #expect(try given.data.isEqual(below: end))
    }

    @Test(
        "An invalid tracker, web seed or name is rejected, and nothing is recorded",
        arguments: [
            ["--tracker", "ftp://host/"], ["--tracker", "httpx://host/"], ["--tracker", ""],
            ["--web-seed", "udp://host:1/"], ["--web-seed", "file:///etc/"], ["--name", ".."],
            ["--name", "a/b"], ["--name", "a/\u{301}"], ["--name", ""],
            ["--name", String(repeating: "ü", count: 128)],
        ])
    func refused(options: [String]) async throws {
        let given = try Given()
        var command = given.overlay.command("pierdat", "publish", given.data.root.string)
        command.arguments += options
        let ended = try await command.run()
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let data: DataSet
        let overlay: Overlay
        let output: FilePath

        init() throws {
            folder = try TemporaryFolder()
            data = try DataSet(in: folder.make("origin"))
            overlay = try Overlay(folder.path.appending("overlay"))
            output = folder.path.appending("out.torrent")
        }

        func publish(_ options: String...) async throws -> TorrentDescription {
            var command = overlay.command("pierdat", "publish", data.root.string)
            command.arguments += options
            let ended = try await command.run()
            guard ended.status.isSuccess else { throw FixtureError("not published: \(ended)") }
            return try await TorrentDescription.read(output)
        }
    }
}
