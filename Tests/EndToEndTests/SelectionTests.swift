import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Part of a torrent", .timeLimit(.minutes(3)))
struct SelectionTests {
    /// In a v1 torrent, these share pieces with files that are not selected.
    private static let part = ["nested/deep/größe.bin", "nested/it's.txt"]

    @Test(
        "A selection is downloaded alone and seeded to the next downloader without the origin",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func chain(version: TorrentFile.Version) async throws {
        let given = try await Arrangement(version)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            try await given.get("nested", from: seed.address)
        }
        #expect(try given.fetched == Self.part)
        #expect(try given.overlay.seedLines == [given.seedLine])

        let next = try given.next
        try await given.overlay.serving(given.torrent) { seed in
            try await next.get("nested/**/*", from: seed.address)
        }
        #expect(try next.fetched == Self.part)
    }

    @Test("A downloader that wants everything gets the selection from its seeder without errors")
    func wholeFromPart() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            try await given.get("nested", from: seed.address)
        }
        let next = try given.next
        try await given.overlay.serving(given.torrent) { seed in
            let ended = try await next.overlay.pierdat(
                "--stall-timeout", "4", given.torrent.magnet("x.pe=\(seed.address)"),
                next.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(!ended.errors.contains("corrupt"), "\(ended)")
            #expect(
                ended.errors.contains("1 peer has sent all that it has, which is not all"),
                "\(ended)")
            #expect(!ended.errors.contains("cannot be reached"), "\(ended)")
            #expect(await !seed.process.output.contains("warning"))
        }
        // The existing data is verified and contains the whole selection.
        let again = try await next.overlay.pierdat(
            "--select", "nested", given.torrent.path.string, next.destination.string)
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.errors.contains("is there already and verified"), "\(again)")
    }

    @Test("A magnet link's so selects files, too")
    func indexes() async throws {
        let given = try await Arrangement()
        let index = try #require(given.indexes[Self.part[0]])
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let ended = try await given.overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)", "so=\(index)"),
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.fetched == [Self.part[0]])
    }

    @Test("A selection from a .torrent by its path is downloaded from aria2c")
    func torrentFile() async throws {
        let given = try await Arrangement()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            var overlay = given.overlay
            overlay.environment["PIERDAT_PEERS"] = seed.address
            let ended = try await overlay.pierdat(
                "--select", "it's*", "--select", "empty", given.torrent.path.string,
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.fetched == ["empty", "nested/it's.txt"])
    }

    @Test("Two selections of a torrent in the same place are both seeded")
    func twoParts() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            try await given.get("größe*", from: seed.address)
            try await given.get("it's.txt", from: seed.address)
        }
        let next = try given.next
        try await given.overlay.serving(given.torrent) { seed in
            try await next.get("nested", from: seed.address)
        }
        #expect(try next.fetched == Self.part)
    }

    @Test("A selection is verified and not downloaded again, and the rest can follow later")
    func more() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            try await given.get("nested", from: seed.address)
        }
        let again = try await given.overlay.pierdat(
            "--select", "nested", given.torrent.magnet(), given.destination.string)
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.errors.contains("is there already and verified"), "\(again)")

        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let rest = try await given.overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(rest.status == .exited(0), "\(rest)")
        }
        #expect(try given.isComplete)
        #expect(try given.partFiles == [])
    }

    @Test("A selection is downloaded next to a partial file of which only some hashes are known")
    func besideAPart() async throws {
        let given = try await Arrangement(.hybrid)
        let torrent = try await given.torrent.withoutPieceLayers(
            at: given.folder.path.appending("without.torrent"))
        let other = given.destination.appending(DataSet.name).appending("a file.bin")
        try FileManager.default.createDirectory(
            atPath: other.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(contentsOf: URL(filePath: given.data.largest.string)).prefix(200_000)
            .write(to: URL(filePath: other.string))
        // It provides no hashes.
        try await WebServer.serving(given.data.folder, state: given.folder.make("nginx")) {
            server in
            let torrent = try torrent.seeded(
                by: [server.url], at: given.folder.path.appending("web.torrent"))
            let ended = try await given.overlay.pierdat(
                "--select", "nested", torrent.path.string, given.destination.string)
            try #require(ended.status == .exited(0), "\(ended)")
        }
        let next = try given.next
        try await given.overlay.serving(given.torrent) { seed in
            try await next.get("nested", from: seed.address)
        }
        #expect(try next.fetched == Self.part)
    }

    @Test(
        "A corrupt selection is not served, and the seeder reports it on request")
    func corrupt() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            try await given.get("a file.bin", from: seed.address)
        }
        try DataSet(at: given.destination).corrupt()

        let next = try given.next
        try await given.overlay.serving(given.torrent) { seed in
            let ended = try await next.overlay.pierdat(
                "--select", "a file.bin", "--stall-timeout", "4",
                given.torrent.magnet("x.pe=\(seed.address)"), next.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(!ended.errors.contains("corrupt"), "\(ended)")
            _ = try await seed.process.line(
                containing: "on disk are corrupt or missing and are not served")
        }
    }

    @Test("A selection without files downloads nothing and lists the files")
    func noMatch() async throws {
        let given = try await Arrangement()
        let ended = try await given.overlay.pierdat(
            "--select", "nested", "--select", "*.pdf", given.torrent.path.string,
            given.destination.string)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("'*.pdf'"), "\(ended)")
        #expect(ended.errors.contains("nested/it's.txt"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }
}

extension Arrangement {
    /// Downloads what matches `glob` from `address` only.
    fileprivate func get(_ glob: String, from address: String) async throws {
        let ended = try await overlay.pierdat(
            "--select", glob, torrent.magnet("x.pe=\(address)"), destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
    }

    /// The files at the destination, each equal to the origin's. There must be no others.
    fileprivate var fetched: [String] {
        get throws {
            let names = try FileManager.default.subpathsOfDirectory(atPath: destination.string)
            #expect(names.allSatisfy { $0 == DataSet.name || $0.hasPrefix(DataSet.name + "/") })
            let files = names.filter {
                var isFolder: ObjCBool = false
                let path = destination.pushing(FilePath($0)).string
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
            for file in files {
                #expect(
                    FileManager.default.contentsEqual(
                        atPath: destination.pushing(FilePath(file)).string,
                        andPath: data.folder.pushing(FilePath(file)).string), "\(file)")
            }
            return files.map { String($0.dropFirst(DataSet.name.count + 1)) }.sorted()
        }
    }

    /// The overlay's part files for unwanted files.
    fileprivate var partFiles: [String] {
        get throws {
            let state = overlay.prefix.appending("var/lib/pierdat")
            return try FileManager.default.contentsOfDirectory(atPath: state.string)
                .filter { $0.hasSuffix(".parts") }
        }
    }

    /// The index of each file in the torrent.
    fileprivate var indexes: [String: Int] {
        get throws {
            let bytes = try Data(contentsOf: URL(filePath: torrent.path.string))
            let names = ["a file.bin", "empty", "nested/deep/größe.bin", "nested/it's.txt"]
            let places = names.compactMap { name in
                let leaf = name.split(separator: "/").last.map(String.init) ?? name
                return bytes.range(of: Data("\(leaf.utf8.count):\(leaf)".utf8)).map {
                    (name, $0.lowerBound)
                }
            }
            let sorted = places.sorted { $0.1 < $1.1 }.map(\.0)
            return Dictionary(uniqueKeysWithValues: zip(sorted, 0...))
        }
    }
}
