import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "Existing files in DEST", .timeLimit(.minutes(3)))
struct PresentDataTests {
    /// What is in the place of the largest file and of the empty file.
    enum Before: String, CaseIterable, Sendable {
        case longer, longerWithTheSameBeginning, shorter, empty, sparse, wrong, hardLinked,
            hardLinkedAndLonger
        case hardLinkedAndRight, readOnly, anothers

        func put(at file: FilePath, besides other: FilePath, contents: Data) throws {
            try FileManager.default.createDirectory(
                atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
            let junk = Data(repeating: 0x5A, count: contents.count)
            let longer = junk + Data(repeating: 1, count: 300_000)
            switch self {
            case .longer: try longer.write(toFile: file)
            case .longerWithTheSameBeginning:
                try (contents + Data("old end".utf8)).write(toFile: file)
            case .shorter: try contents.prefix(contents.count / 2).write(toFile: file)
            case .empty: try Data().write(toFile: file)
            case .sparse:
                try Data().write(toFile: file)
                guard truncate(file.string, 2_000_000) == 0 else { throw Errno(rawValue: errno) }
            case .wrong: try junk.write(toFile: file)
            case .hardLinked, .hardLinkedAndLonger, .hardLinkedAndRight:
                try (self == .hardLinked ? junk : self == .hardLinkedAndRight ? contents : longer)
                    .write(toFile: other)
                guard link(other.string, file.string) == 0 else { throw Errno(rawValue: errno) }
            case .readOnly:
                try longer.write(toFile: file)
                guard chmod(file.string, 0o444) == 0 else { throw Errno(rawValue: errno) }
            case .anothers:
                try longer.write(toFile: file)
                guard chown(file.string, 65534, 65534) == 0 else { throw Errno(rawValue: errno) }
            }
        }
    }

    /// How the data arrives.
    enum Way: String, CaseIterable, Sendable {
        case directly, byCache, selected
    }

    @Test("An existing file is made to match the torrent", arguments: Before.allCases, Way.allCases)
    func replaced(before: Before, way: Way) async throws {
        let given = try await Given()
        let names = ["a file.bin", "empty"]
        let others = names.map { given.folder.path.appending("other \($0)") }
        for (name, other) in zip(names, others) {
            let contents = try Data(contentsOfFile: given.data.root.appending(name))
            try before.put(at: given.place(name), besides: other, contents: contents)
        }
        let untouched = others.map { try? FolderContents.Entry(at: $0) }

        let ended = try await given.get(way)

        #expect(ended.status == .exited(0), "\(ended)")
        for name in way == .selected ? ["a file.bin"] : ["a file.bin", "empty", "nested/it's.txt"] {
            let file = try FolderContents.Entry(at: given.place(name))
            #expect(file.mode & S_IFMT == S_IFREG)
            #expect(
                file.contents
                    == (try Data(contentsOfFile: given.data.root.pushing(FilePath(name)))),
                "\(name)")
        }
        // Other hard links of the same file have not changed.
        #expect(others.map { try? FolderContents.Entry(at: $0) } == untouched)
    }

    @Test(
        "A file that is not selected is left alone",
        arguments: [Before.longer, .hardLinked, .hardLinkedAndLonger])
    func unselected(before: Before) async throws {
        let given = try await Given()
        let name = "nested/deep/größe.bin"
        let contents = try Data(contentsOfFile: given.data.root.pushing(FilePath(name)))
        try before.put(
            at: given.place(name), besides: given.folder.path.appending("other"), contents: contents
        )
        let linked = try? Data(contentsOfFile: given.folder.path.appending("other"))
        let kept = try Data(contentsOfFile: given.place(name))

        let ended = try await given.get(.selected)

        #expect(ended.status == .exited(0), "\(ended)")
        #expect((try? Data(contentsOfFile: given.folder.path.appending("other"))) == linked)
        if before == .longer { #expect(try Data(contentsOfFile: given.place(name)) == kept) }
    }

    @Test("An image with version 1 of the data gets version 2")
    func update() async throws {
        let given = try await Given()
        let old = FilePath("nested/deep/größe.bin")
        try (try Data(contentsOfFile: given.data.root.pushing(old)) + Data("more".utf8))
            .write(toFile: given.data.root.pushing(old))
        let first = try await TorrentFile.make(
            .v1, of: given.data, at: given.folder.path.appending("1.torrent"))
        #expect(try await given.get(.directly, first).status == .exited(0))
        try Data(contentsOfFile: given.data.root.pushing(old)).dropLast(70_000)
            .write(toFile: given.data.root.pushing(old))
        let second = try await TorrentFile.make(
            .v1, of: given.data, at: given.folder.path.appending("2.torrent"))

        let ended = try await given.get(.directly, second)

        #expect(ended.status == .exited(0), "\(ended)")
        #expect(try given.data.isEqual(below: given.destination))
    }

    @Test(
        "Something other than a file in the place of a file, even an empty one, is reported",
        arguments: ["ln -s /dev/null", "ln -s absent", "mkdir", "mkfifo", "mknod -m 600 c"],
        [Way.directly, .byCache])
    func obstacles(command: String, way: Way) async throws {
        let given = try await Given()
        let place = given.place("empty")
        let script =
            command.hasPrefix("mknod")
            ? #"mkdir -p "$1"; mknod "$1/empty" c 1 3"# : #"mkdir -p "$1"; \#(command) "$1/empty""#
        _ = try await Command(
            "/bin/sh", ["-ec", script, "sh", place.removingLastComponent().string]
        ).run()
        let ended = try await given.get(way)
        #expect(ended.status == .exited(73), "\(ended)")
        #expect(ended.errors.contains("\(place)"), "\(ended)")
        #expect(ended.errors.contains("remove"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A file in the place of a folder is reported and kept")
    func fileForFolder() async throws {
        let given = try await Given()
        try FileManager.default.createDirectory(
            atPath: given.place("x").removingLastComponent().string,
            withIntermediateDirectories: true)
        try Data("mine".utf8).write(toFile: given.place("nested"))
        let ended = try await given.get(.directly)
        #expect(ended.status == .exited(73), "\(ended)")
        #expect(ended.errors.contains("\(given.place("nested"))"), "\(ended)")
        #expect(try Data(contentsOfFile: given.place("nested")) == Data("mine".utf8))
    }

    @Test(
        "`pierdat seed` rejects data that is only longer, and changes nothing",
        arguments: ["a file.bin", "empty"])
    func seedLonger(name: String) async throws {
        let given = try await Given()
        try FileManager.default.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        _ = try given.data.copy(to: given.destination)
        let longer = try Data(contentsOfFile: given.place(name)) + Data("old end".utf8)
        try longer.write(toFile: given.place(name))
        let before = try FolderContents(of: given.destination)
        let ended = try await given.seed()
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("\(given.place(name)): it is longer"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
        #expect(try FolderContents(of: given.destination) == before)
    }

    @Test("`pierdat seed` rejects data without the empty file, and does not create it")
    func seedWithoutEmpty() async throws {
        let given = try await Given()
        try FileManager.default.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        _ = try given.data.copy(to: given.destination)
        try FileManager.default.removeItem(atPath: given.place("empty").string)
        let ended = try await given.seed()
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("\(given.place("empty")): it is missing"), "\(ended)")
        #expect(!FileManager.default.fileExists(atPath: given.place("empty").string))
    }

    @Test("A seeder serves the torrent's part of a file that has grown")
    func seederLonger() async throws {
        let given = try await Given()
        try (try Data(contentsOfFile: given.data.largest) + Data("appended".utf8)).write(
            toFile: given.data.largest)
        let ended = try await given.get(.directly)
        #expect(ended.status == .exited(0), "\(ended)")
        let got = try Data(contentsOfFile: given.place("a file.bin"))
        #expect(got == (try Data(contentsOfFile: given.data.largest)).dropLast(8))
    }

    private struct Given: Sendable {
        private let arranged: Arrangement
        let folder: TemporaryFolder
        let overlay: Overlay
        let destination: FilePath
        let data: DataSet

        init() async throws {
            arranged = try await Arrangement()
            (folder, overlay, data) = (arranged.folder, arranged.overlay, arranged.data)
            destination = arranged.destination
        }

        func place(_ name: String) -> FilePath {
            destination.appending(DataSet.name).pushing(FilePath(name))
        }

        func get(_ way: Way, _ torrent: TorrentFile? = nil) async throws -> Ended {
            let torrent = torrent ?? arranged.torrent
            var overlay = overlay
            let options = way == .selected ? ["--select", "a file.bin"] : []
            if way == .byCache {
                overlay.environment["PIERDAT_CACHE"] = folder.path.appending("cache").string
            }
            let prefix = folder.path.appending("origin overlay")
            let origin =
                FileManager.default.fileExists(atPath: prefix.string)
                ? Overlay(at: prefix) : try Overlay(prefix)
            return try await origin.seeding(torrent, in: data.folder) { [overlay] seed in
                try await overlay.pierdat(
                    ["--stall-timeout", "20"] + options + [
                        torrent.magnet("x.pe=\(seed.address)"), destination.string,
                    ])
            }
        }

        func seed() async throws -> Ended {
            try await overlay.pierdat("seed", arranged.torrent.path.string, destination.string)
        }
    }
}
