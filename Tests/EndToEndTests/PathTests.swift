import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Paths outside DEST", .timeLimit(.minutes(3)))
struct PathTests {
    @Test(
        "No path in a torrent writes outside DEST",
        arguments: [
            ["/", "out"], ["/etc/pierdat-out"], [".", "out"], ["", "out"], ["..\\..\\out"],
            ["~", "out"], ["CON", "aux.txt"], ["\u{1B}[2Jout"], ["a//b/./c"],
        ])
    func paths(path: [String]) async throws {
        let given = try Given()
        let ended = try await given.get("root", [.init(path)])
        #expect(ended.status == .exited(0), "\(ended)")
        try given.expectNothingOutside()
    }

    @Test(
        "A path with '..' or a NUL is rejected",
        arguments: [
            ["..", "..", "out"], ["../../out"], ["a", "..", "..", "..", "out"], ["a", ".."],
            ["out\0side"],
        ])
    func refused(path: [String]) async throws {
        let given = try Given()
        let ended = try await given.get("root", [.init(path)])
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("'..'"), "\(ended)")
        try given.expectNothingOutside()
        #expect(try given.overlay.seedLines == [])
    }

    @Test(
        "A torrent whose name leads out of DEST is rejected",
        arguments: ["..", "../out", "a/../../out"])
    func refused(name: String) async throws {
        let given = try Given()
        let ended = try await given.get(name, [.init(["file"])])
        #expect(ended.status == .exited(65), "\(ended)")
        try given.expectNothingOutside()
    }

    @Test("No name of a torrent writes outside DEST", arguments: [".", "/", "/out", "R1/beta6"])
    func names(name: String) async throws {
        let given = try Given()
        let ended = try await given.get(name, [.init(["file"])])
        #expect(ended.status == .exited(0), "\(ended)")
        try given.expectNothingOutside()
    }

    @Test("Two names that differ only by case give two files")
    func namesThatDifferByCase() async throws {
        let given = try Given()
        let ended = try await given.get("root", [.init(["file"]), .init(["FILE"])])
        #expect(ended.status == .exited(0), "\(ended)")
        let root = given.destination.appending("root").string
        #expect(try FileManager.default.contentsOfDirectory(atPath: root).count == 2)
        try given.expectNothingOutside()
    }

    @Test(
        "Links in a torrent do not lead writes outside DEST",
        arguments: [["..", "..", "out"], ["/"], ["/etc"]])
    func linksOfTheTorrent(target: [String]) async throws {
        let given = try Given()
        _ = try await given.get(
            "root", [.init(["link"], linkTo: target), .init(["link", "file"])])
        try given.expectNothingOutside()
    }

    @Test(
        "An obstacle in DEST is reported and left alone",
        arguments: Obstacle.allCases)
    func obstacles(obstacle: Obstacle) async throws {
        let given = try Given()
        try obstacle.put(at: given.destination, leadingTo: given.outside)
        let ended = try await given.get("root", [.init(["file"])])
        #expect(ended.status == .exited(73), "\(ended)")
        #expect(ended.errors.contains("\(given.destination)"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
        try given.expectNothingOutside()
    }

    @Test("A folder in DEST that is a link to the outside is not followed at any depth")
    func linkDeepInside() async throws {
        let given = try Given()
        let folder = given.destination.appending("root").appending("a")
        try FileManager.default.createDirectory(
            atPath: folder.string, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending("b").string, withDestinationPath: given.outside.string)
        for name in ["absent", "present"] {
            let ended = try await given.get("root", [.init(["a", "b", name])])
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(ended.errors.contains("\(given.destination)"), "\(ended)")
        }
        try given.expectNothingOutside()
    }

    /// What is at DEST/root or DEST/root/file.
    enum Obstacle: CaseIterable {
        case linkToFolder, linkToFile, linkToNothing, folder, pipe, device

        func put(at destination: FilePath, leadingTo outside: FilePath) throws {
            let manager = FileManager.default
            let root = destination.appending("root").string
            let file = root + "/file"
            guard self != .linkToFolder else {
                return try manager.createSymbolicLink(
                    atPath: root, withDestinationPath: outside.string)
            }
            try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
            switch self {
            case .linkToFolder: break
            case .linkToFile:
                try manager.createSymbolicLink(
                    atPath: file, withDestinationPath: outside.appending("present").string)
            case .linkToNothing:
                try manager.createSymbolicLink(
                    atPath: file, withDestinationPath: outside.appending("absent").string)
            case .folder:
                try manager.createDirectory(atPath: file, withIntermediateDirectories: true)
            case .pipe: guard mkfifo(file, 0o600) == 0 else { throw Errno(rawValue: errno) }
            case .device:
                // The device number of /dev/null: major 1, minor 3.
                guard mknod(file, S_IFCHR | 0o600, 0x103) == 0 else { throw Errno(rawValue: errno) }
            }
        }
    }

    private struct Given: Sendable {
        let folder: TemporaryFolder
        let overlay: Overlay
        let destination: FilePath
        /// Next to the destination, with a file "present".
        let outside: FilePath

        init() throws {
            folder = try TemporaryFolder()
            overlay = try Overlay(folder.path.appending("overlay"))
            destination = try folder.make("destination")
            outside = try folder.make("outside")
            try Data("mine".utf8).write(to: URL(filePath: outside.appending("present").string))
        }

        /// Downloads a torrent with these entries from a peer that has it.
        func get(_ name: String, _ entries: [CraftedTorrent.Entry]) async throws -> Ended {
            let path = folder.path.appending("crafted.torrent")
            try CraftedTorrent.write(name, entries, to: path)
            let description = try await TorrentDescription.read(path)
            let data = try folder.make("origin")
            try CraftedTorrent.layOut(description, in: data)
            let job = LibtorrentPeer.Job(path.string, in: data)
            return try await LibtorrentPeer.running([job], on: .loopback) { seed in
                var overlay = overlay
                overlay.environment["PIERDAT_PEERS"] = seed.address
                return try await overlay.pierdat(
                    "--stall-timeout", "5", path.string, destination.string)
            }
        }

        func expectNothingOutside() throws {
            let manager = FileManager.default
            let all = try manager.contentsOfDirectory(atPath: folder.path.string)
            let expected = [
                "crafted.torrent", "destination", "origin", "outside", "overlay",
            ]
            #expect(all.sorted() == expected)
            #expect(try manager.contentsOfDirectory(atPath: outside.string) == ["present"])
            let present = try Data(contentsOf: URL(filePath: outside.appending("present").string))
            #expect(present == Data("mine".utf8))
            #expect(!manager.fileExists(atPath: "/etc/pierdat-out"))
            #expect(!manager.fileExists(atPath: "/out"))
        }
    }
}
