import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

import enum LinuxSystem.FreePort

@Suite("Cache", .timeLimit(.minutes(3)))
struct CacheTests {
    @Test(
        "Without any seeder, a download takes all data from the cache with the same result",
        arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func rebuild(version: TorrentFile.Version) async throws {
        let given = try await Given(version)
        let first = try await given.seeded { try await given.get(into: "first") }
        #expect(first.errors.contains("copied from the cache"), "\(first)")
        let saved = try Data(contentsOf: URL(filePath: given.saved.string))

        try FileManager.default.removeItem(atPath: given.saved.string)
        let second = try await given.get(into: "second")

        #expect(second.errors.contains("is in the cache already and verified"), "\(second)")
        #expect(!second.errors.contains("received"), "\(second)")
        let one = try FolderContents(of: given.folder("first"))
        #expect(try FolderContents(of: given.folder("second")).differences(from: one) == [])
        #expect(try given.arranged.data.isEqual(below: given.folder("second")))
        #expect(try Data(contentsOf: URL(filePath: given.saved.string)) == saved)
    }

    @Test("Data that arrived before a download was killed is not downloaded again")
    func partial() async throws {
        let given = try await Given()
        try await given.seeded {
            try await given.killHalfWay(into: "first")
            let second = try await given.get(into: "second")
            #expect(second.errors.contains("are in the cache already and verified"), "\(second)")
        }
        #expect(try given.arranged.data.isEqual(below: given.folder("second")))
    }

    @Test("Corrupt data in the cache is detected, and replaced in the cache")
    func corrupt() async throws {
        let given = try await Given()
        let cached = DataSet(at: given.entry)
        try await given.seeded {
            _ = try await given.get(into: "first")
            try cached.corrupt()
            let second = try await given.get(into: "second")
            #expect(second.errors.contains("are in the cache already and verified"), "\(second)")
        }
        #expect(try given.arranged.data.isEqual(below: given.folder("second")))
        #expect(try given.arranged.data.isEqual(below: given.entry))

        try cached.corrupt()
        let third = try await given.get(
            into: "third", "--backend", "bittorrent", "--stall-timeout", "1")
        #expect(third.status == .exited(124), "\(third)")
        #expect(!FileManager.default.fileExists(atPath: given.folder("third/data set").string))
    }

    @Test("With a selection, DEST gets only that part, whatever the cache contains")
    func selection() async throws {
        let given = try await Given()
        try await given.seeded { _ = try await given.get(into: "all") }
        let part = try await given.get(into: "part", "--select", "nested/it's.txt")
        #expect(part.status == .exited(0), "\(part)")
        let there = try FileManager.default.subpathsOfDirectory(
            atPath: given.folder("part/data set").string)
        #expect(there.sorted() == ["nested", "nested/it's.txt"])

        // Its piece contains parts of other files, which are only in the state folder.
        let next = try given.arranged.next
        let seed = given.arranged.overlay.command(
            "pierdat-seed-bittorrent", given.saved.string, given.folder("part").string)
        try await Overlay.seeding(with: seed, given.arranged.torrent) { seed in
            let ended = try await next.overlay.pierdat(
                "--stall-timeout", "20", "--select", "nested/it's.txt",
                given.arranged.torrent.magnet("x.pe=\(seed.address)"), next.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
    }

    @Test("A selection in the cache can be downloaded again without any seeder")
    func cachedSelection() async throws {
        let given = try await Given()
        let select = ["--select", "nested/it's.txt"]
        try await given.seeded {
            _ = try await given.get(into: "first", select[0], select[1])
        }
        try FileManager.default.removeItem(
            atPath: given.saved.removingLastComponent().string)
        let second = try await given.get(into: "second", select[0], select[1])
        #expect(second.status == .exited(0), "\(second)")
        #expect(second.errors.contains("is in the cache already and verified"), "\(second)")
    }

    @Test("Two concurrent downloads download the data once")
    func atOnce() async throws {
        let given = try await Given()
        try await given.seeded {
            let slow = given.command(into: "first", environment: ["PIERDAT_DOWNLOAD_LIMIT": "80k"])
            try await RunningProcess.with(slow) { first in
                _ = try await first.line(containing: "% of")
                let second = try await given.get(into: "second")
                #expect(second.errors.contains("waiting for another process"), "\(second)")
                #expect(second.errors.contains("is in the cache already"), "\(second)")
                #expect(!second.errors.contains("received"), "\(second)")
                try await first.end()
            }
        }
        for name in ["first", "second"] {
            #expect(try given.arranged.data.isEqual(below: given.folder(name)))
        }
    }

    @Test("A read-only cache causes one warning, its data is used, and the rest is downloaded")
    func readOnly() async throws {
        let given = try await Given()
        try await given.seeded { _ = try await given.get(into: "first") }
        let full = try await given.command(into: "second").withReadOnly(given.cache).run()
        #expect(full.status == .exited(0), "\(full)")
        #expect(full.errors.components(separatedBy: "warning").count == 2, "\(full)")
        #expect(try given.arranged.data.isEqual(below: given.folder("second")))

        try FileManager.default.removeItem(atPath: given.cache.string)
        try FileManager.default.createDirectory(
            atPath: given.cache.string, withIntermediateDirectories: true)
        try await given.seeded {
            let none = try await given.command(into: "third").withReadOnly(given.cache).run()
            #expect(none.status == .exited(0), "\(none)")
            #expect(none.errors.components(separatedBy: "warning").count == 2, "\(none)")
        }
        #expect(try given.arranged.data.isEqual(below: given.folder("third")))
    }

    @Test(
        "A full cache, full from the start or later, is given up",
        arguments: [("512k", nil), ("1100k", "1s")] as [(String, String?)])
    func full(size: String, delay: String?) async throws {
        let given = try await Given()
        try FileManager.default.createDirectory(
            atPath: given.cache.string, withIntermediateDirectories: true)
        try await given.seeded {
            let ended = try await given.command(
                into: "first", environment: ["PIERDAT_DOWNLOAD_LIMIT": delay == nil ? "0" : "100k"]
            ).withTemporaryFileSystem(at: given.cache, size: size, filledAfter: delay).run()
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.components(separatedBy: "warning").count == 2, "\(ended)")
        }
        #expect(try given.arranged.data.isEqual(below: given.folder("first")))
    }

    @Test("Existing data in DEST is verified there, and the cache is not filled")
    func alreadyThere() async throws {
        let given = try await Given()
        try await given.seeded {
            _ = try await given.get(into: "first")
            try FileManager.default.removeItem(atPath: given.cache.string)
            let again = try await given.get(into: "first")
            #expect(again.errors.contains("is there already and verified"), "\(again)")
        }
        #expect(!FileManager.default.fileExists(atPath: given.entry.appending("data set").string))
    }

    private struct Given: Sendable {
        let arranged: Arrangement
        private let origin: Overlay
        private let port: UInt16
        let cache: FilePath

        init(_ version: TorrentFile.Version = .v1) async throws {
            arranged = try await Arrangement(version)
            origin = try Overlay(arranged.folder.path.appending("origin overlay"))
            port = try FreePort.any()
            cache = arranged.folder.path.appending("cache")
        }

        func folder(_ name: String) -> FilePath { arranged.folder.path.pushing(FilePath(name)) }
        var saved: FilePath { arranged.overlay.saved(arranged.torrent) }
        var entry: FilePath { cache.appending(arranged.torrent.key) }

        /// Runs `body` with a seeder, always at the same address.
        func seeded(_ body: @Sendable () async throws -> Void) async throws {
            _ = try await seeded { () -> Bool in
                try await body()
                return true
            }
        }

        func seeded<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws
            -> Value
        {
            let seed = origin.command(
                "pierdat-seed-bittorrent", arranged.torrent.path.string,
                arranged.data.folder.string)
            return try await Overlay.seeding(with: seed, port: port, arranged.torrent) { _ in
                try await body()
            }
        }

        func command(
            into name: String, _ options: String..., environment: [String: String] = [:]
        ) -> Command {
            command(into: name, options, environment: environment)
        }

        private func command(
            into name: String, _ options: [String], environment: [String: String] = [:]
        ) -> Command {
            var command = arranged.overlay.command("pierdat")
            command.arguments =
                options + [
                    arranged.torrent.magnet("x.pe=127.0.0.1:\(port)"), folder(name).string,
                ]
            command.environment["PIERDAT_CACHE"] = cache.string
            // Do not wait for a seeder that does not exist.
            command.environment["PIERDAT_STALL_TIMEOUT"] = "20"
            command.environment.merge(environment) { $1 }
            return command
        }

        func get(into name: String, _ options: String...) async throws -> Ended {
            let ended = try await command(into: name, options).run()
            let hasLimit = options.contains("--stall-timeout")
            #expect(hasLimit || ended.status == .exited(0), "\(ended)")
            return ended
        }

        func killHalfWay(into name: String) async throws {
            let slow = command(into: name, environment: ["PIERDAT_DOWNLOAD_LIMIT": "60k"])
            try await RunningProcess.with(slow) { process in
                _ = try await process.line(containing: "% of")
                // Kills its whole group, including the backend.
                try process.kill()
                try await process.end()
            }
        }
    }
}
