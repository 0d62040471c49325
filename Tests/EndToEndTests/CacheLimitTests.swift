import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("PIERDAT_CACHE_LIMIT", .timeLimit(.minutes(3)))
struct CacheLimitTests {
    @Test("The least recently used data is deleted for new data and reported")
    func leastRecent() async throws {
        let given = try await Given()
        for set in given.sets { _ = try await given.get(set, limit: "3500k") }
        // Use the first of the three again.
        let again = try await given.get(given.sets[0], into: "again", limit: "3500k")
        #expect(again.errors.contains("is in the cache already"), "\(again)")
        #expect(!again.errors.contains("deleted from the cache"), "\(again)")

        let ended = try await given.get(given.sets[2], into: "again", limit: "2500k")

        #expect(given.cached == [0, 2], "\(ended)")
        let line = try #require(ended.line(with: "deleted from the cache"))
        #expect(line.contains(given.sets[1].torrent.key), "\(ended)")
        #expect(line.contains("PIERDAT_CACHE_LIMIT (2.4 MiB)"), "\(ended)")

        let next = try await given.get(given.sets[1], into: "again", limit: "1500k")
        #expect(given.cached == [1], "\(next)")
        #expect(next.errors.components(separatedBy: "deleted from the cache").count == 2, "\(next)")
    }

    @Test("Data that another download uses is kept, and the rest stays within the limit")
    func inUse() async throws {
        let given = try await Given()
        let (one, two) = (given.sets[0], given.sets[1])
        try await given.origin.seeding(one.torrent, in: one.data.folder) { seed in
            let slow = given.command(one, from: seed.address, into: "first", limit: "1000k")
                .with("PIERDAT_DOWNLOAD_LIMIT", "20k")
            try await RunningProcess.with(slow) { _ in
                try await Patience.until {
                    try await given.cachedKilobytes(of: one) > 200 ? () : nil
                }
                let ended = try await given.get(two, limit: "1000k")
                // One of the two had to be deleted.
                #expect(
                    ended.line(with: "deleted from the cache")?.contains(two.torrent.key) == true,
                    "\(ended)")
                #expect(given.cached == [0])
            }
        }
        let ended = try await given.get(one, limit: "1000k")
        #expect(ended.errors.contains("are in the cache already and verified"), "\(ended)")
        #expect(given.cached == [0])
    }

    @Test("A limit below the size of the data is reported in one line, and the cache is kept")
    func tooSmall() async throws {
        let given = try await Given()
        _ = try await given.get(given.sets[0], ["--select", "deep"], limit: "900k")
        let ended = try await given.get(given.sets[1], limit: "900k")
        #expect(given.cached == [0], "\(ended)")
        #expect(ended.errors.components(separatedBy: "warning").count == 2, "\(ended)")
        let line = try #require(ended.line(with: "warning"))
        #expect(line.contains("more than PIERDAT_CACHE_LIMIT allows"), "\(ended)")
    }

    @Test("After the limit was lowered, data that exceeds it is deleted at the end")
    func shrunk() async throws {
        let given = try await Given()
        _ = try await given.get(given.sets[0], limit: "1500k")
        // There is no seeder any more.
        let ended = try await given.command(
            given.sets[0], from: nil, into: "again", limit: "900k"
        ).run()
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(try given.sets[0].data.isEqual(below: given.destination(given.sets[0], "again")))
        #expect(ended.line(with: "deleted from the cache") != nil, "\(ended)")
        #expect(given.cached == [])
    }

    @Test("On a full disk, other data is deleted; without a limit, a warning is printed")
    func fullDisk() async throws {
        let given = try await Given()
        let (one, two) = (given.sets[0], given.sets[1])
        for limit in ["100M", nil] {
            let ended = try await given.origin.seeding(one.torrent, in: one.data.folder) { first in
                try await given.origin.seeding(two.torrent, in: two.data.folder) { second in
                    let into = "with \(limit ?? "none")"
                    let next = given.command(two, from: second.address, into: into, limit: limit)
                    return try await given.command(
                        one, from: first.address, into: into, limit: limit
                    ).followed(by: next).withTemporaryFileSystem(at: given.cache, size: "1600k")
                        .run()
                }
            }
            #expect(ended.status == .exited(0), "\(ended)")
            if limit != nil {
                #expect(ended.line(with: "because the disk is full") != nil, "\(ended)")
                #expect(!ended.errors.contains("warning"), "\(ended)")
            } else {
                let line = try #require(ended.line(with: "warning"), "\(ended)")
                #expect(line.contains("of other data: set PIERDAT_CACHE_LIMIT"), "\(ended)")
            }
        }
    }

    @Test("Other data is deleted for a DEST on the same full disk, but not without a limit")
    func fullDestination() async throws {
        let given = try await Given()
        let (one, two) = (given.sets[0], given.sets[1])
        for limit in ["100M", nil] {
            let ended = try await given.origin.seeding(one.torrent, in: one.data.folder) { first in
                try await given.origin.seeding(two.torrent, in: two.data.folder) { second in
                    let into = "cache/with \(limit ?? "none")"
                    let next = given.command(two, from: second.address, into: into, limit: limit)
                    return try await given.command(
                        one, from: first.address, into: into, limit: limit
                    ).followed(by: next).withTemporaryFileSystem(at: given.cache, size: "2600k")
                        .run()
                }
            }
            #expect(ended.status == .exited(limit == nil ? 80 : 0), "\(ended)")
            let told = limit == nil ? "of other data: set PIERDAT_CACHE_LIMIT" : "the disk is full"
            #expect(ended.line(with: told) != nil, "\(ended)")
        }
    }

    @Test("An invalid limit is rejected before anything is downloaded")
    func malformed() async throws {
        let given = try await Given()
        let ended = try await given.command(
            given.sets[0], from: nil, into: "nowhere", limit: "20 lots"
        ).run()
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(ended.errors.contains("PIERDAT_CACHE_LIMIT=20 lots"), "\(ended)")
    }

    /// Three data sets of a megabyte each, and a cache.
    private struct Given: Sendable {
        struct Set: Sendable {
            let data: DataSet
            let torrent: TorrentFile
        }

        private let folder: TemporaryFolder
        private let overlay: Overlay
        let origin: Overlay
        let cache: FilePath
        let sets: [Set]

        init() async throws {
            folder = try TemporaryFolder()
            overlay = try Overlay(folder.path.appending("overlay"))
            origin = try Overlay(folder.path.appending("origin overlay"))
            cache = try folder.make("cache")
            var sets: [Set] = []
            for number: UInt64 in 0...2 {
                let data = try DataSet(in: folder.make("origin \(number)"), seed: number)
                let torrent = try await TorrentFile.make(
                    .v1, of: data, at: folder.path.appending("\(number).torrent"))
                sets.append(Set(data: data, torrent: torrent))
            }
            self.sets = sets
        }

        /// The numbers of the data sets in the cache.
        var cached: [Int] {
            sets.indices.filter { number in
                let entry = cache.appending(sets[number].torrent.key)
                let contents = try? FolderContents(of: entry).entries.values
                return contents?.contains { !$0.contents.isEmpty } == true
            }
        }

        /// The disk usage of a data set in the cache.
        func cachedKilobytes(of set: Set) async throws -> Int {
            let entry = cache.appending(set.torrent.key)
            let ended = try await Command("/usr/bin/du", ["-sk", entry.string]).run()
            return ended.output.split(separator: "\t").first.flatMap { Int($0) } ?? 0
        }

        func destination(_ set: Set, _ name: String) -> FilePath {
            folder.path.pushing(FilePath("\(name) \(set.torrent.key)"))
        }

        func command(
            _ set: Set, _ options: [String] = [], from peer: String?, into name: String,
            limit: String?
        ) -> Command {
            var command = overlay.command("pierdat")
            let magnet = set.torrent.magnet(peer.map { ["x.pe=\($0)"] } ?? [])
            command.arguments = options + [magnet, destination(set, name).string]
            command.environment["PIERDAT_CACHE"] = cache.string
            command.environment["PIERDAT_CACHE_LIMIT"] = limit
            // Do not wait for a seeder that does not exist.
            command.environment["PIERDAT_STALL_TIMEOUT"] = "20"
            return command
        }

        /// Downloads a data set from a seeder and checks the result.
        func get(
            _ set: Set, _ options: [String] = [], into name: String = "first", limit: String
        ) async throws -> Ended {
            let ended = try await origin.seeding(set.torrent, in: set.data.folder) { seed in
                try await command(set, options, from: seed.address, into: name, limit: limit).run()
            }
            #expect(ended.status == .exited(0), "\(ended)")
            if options.isEmpty { #expect(try set.data.isEqual(below: destination(set, name))) }
            return ended
        }
    }
}

extension Ended {
    /// The first line of its output that contains `text`.
    fileprivate func line(with text: String) -> Substring? {
        errors.split(separator: "\n").first { $0.contains(text) }
    }
}
