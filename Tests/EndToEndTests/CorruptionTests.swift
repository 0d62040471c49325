import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Corrupt data", .timeLimit(.minutes(3)))
struct CorruptionTests {
    @Test("A corrupt piece is never accepted, its peer is banned, and the download fails")
    func onlyCorrupt() async throws {
        let given = try await Arrangement()
        try given.data.corrupt()
        try await Aria2.seeding(given.torrent, given.data) { seed in
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "4", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(ended.errors.contains("failed its hash check"), "\(ended)")
            #expect(
                ended.errors.contains("\(seed.address) sent corrupt data and is banned"), "\(ended)"
            )
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A corrupt piece is downloaded again from a peer with the right data")
    func corruptAndWhole() async throws {
        let given = try await Arrangement()
        let corrupt = try given.data.copy(to: given.folder.make("corrupt"))
        try corrupt.corrupt()
        try await Aria2.seeding(given.torrent, given.data) { whole in
            try await Aria2.seeding(given.torrent, corrupt) { bad in
                let ended = try await given.overlay.pierdat(
                    given.torrent.magnet("x.pe=\(bad.address)", "x.pe=\(whole.address)"),
                    given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "Of two peers the one that lies is banned and reported, and the other sends all data")
    func liarAndHonest() async throws {
        let given = try await Arrangement()
        let lies = try DataSet(in: given.folder.make("lies"), seed: 2)
        try await VirtualNetwork.with { network in
            let (ours, one, other) = try await (
                network.host(.v4), network.host(.v4), network.host(.v4)
            )
            try await Aria2.seeding(given.torrent, given.data, on: one) { honest in
                try await Aria2.seeding(given.torrent, lies, on: other) { liar in
                    var overlay = given.overlay.on(ours)
                    // So that both peers get requests.
                    overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "500k"
                    let ended = try await overlay.pierdat(
                        given.torrent.magnet("x.pe=\(liar.address)", "x.pe=\(honest.address)"),
                        given.destination.string)
                    #expect(ended.status == .exited(0), "\(ended)")
                    let banned = ended.errors.split(separator: "\n").filter {
                        $0.contains("is banned")
                    }
                    #expect(banned.count == 1, "\(ended)")
                    #expect(
                        banned.first?.contains("\(liar.address) sent corrupt data") == true,
                        "\(ended)")
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("A corrupt piece on disk is not served, and this is reported")
    func ours() async throws {
        let given = try await Arrangement()
        try given.data.corrupt()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "4", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(!ended.errors.contains("corrupt"), "\(ended)")
            _ = try await seed.process.line(
                containing: "on disk are corrupt or missing and are not served")
            // Each of the requests for the piece has failed, and none of them was a failed check.
            let log = await seed.process.output
            #expect(!log.contains("cannot be checked"), "\(log)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A seeder with a corrupt piece serves all other pieces")
    func allButOne() async throws {
        let given = try await Arrangement(.hybrid)
        try given.data.corrupt()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let ended = try await given.overlay.pierdat(
                "--select", "nested", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
    }

    @Test(
        "Data that changes while it is seeded is not served, is checked again and is reported",
        arguments: Change.allCases)
    func changedWhileSeeding(change: Change) async throws {
        let given = try await SeededOnce()
        try await given.seeding { seed in
            try change.make(in: given.data)
            let second = try await given.getNext(from: seed, "--stall-timeout", "4")
            #expect(second.status == .exited(124), "\(second)")
            #expect(!second.errors.contains("corrupt"), "\(second)")
            _ = try await seed.process.line(containing: "checking the data again")
            _ = try await seed.process.line(
                containing: "on disk are corrupt or missing and are not served")
        }
        #expect(try given.next.seedLines == [])
    }

    @Test("Data that was only touched while it is seeded is checked and served again")
    func touchedWhileSeeding() async throws {
        let given = try await SeededOnce()
        try await given.seeding { seed in
            try Change.touch(given.data.largest)
            let failed = try await given.getNext(from: seed, "--stall-timeout", "4")
            _ = try await seed.process.line(containing: "all of the data is correct")
            let again = try await given.getNext(from: seed)
            #expect(again.status == .exited(0), "\(failed)\(again)")
        }
        #expect(try given.data.isEqual(below: given.nextDestination))
    }

    /// A seeder that has sent all of its data to a first downloader, and an overlay for the next
    /// one.
    private struct SeededOnce {
        let next: Overlay
        var nextDestination: FilePath { arrangement.folder.path.appending("next") }
        var data: DataSet { arrangement.data }
        private let arrangement: Arrangement
        private let origin: Overlay

        init() async throws {
            arrangement = try await Arrangement()
            origin = try Overlay(arrangement.folder.path.appending("origin overlay"))
            next = try Overlay(arrangement.folder.path.appending("next overlay"))
        }

        func seeding(_ body: @Sendable (Overlay.Seed) async throws -> Void) async throws {
            try await origin.seeding(arrangement.torrent, in: data.folder) { seed in
                // Every piece is verified once. libtorrent does not verify it again.
                let first = try await arrangement.overlay.pierdat(
                    magnet(of: seed), arrangement.destination.string)
                #expect(first.status == .exited(0), "\(first)")
                try await body(seed)
            }
        }

        func getNext(from seed: Overlay.Seed, _ options: String...) async throws -> Ended {
            var command = next.command("pierdat")
            command.arguments = options + [magnet(of: seed), nextDestination.string]
            return try await command.run()
        }

        private func magnet(of seed: Overlay.Seed) -> String {
            arrangement.torrent.magnet("x.pe=\(seed.address)")
        }
    }

    /// Ways to change a file.
    enum Change: CaseIterable {
        case overwritten, overwrittenAndDatedBack, cut, deleted, replaced

        func make(in data: DataSet) throws {
            let file = data.largest
            let manager = FileManager.default
            let date = try manager.attributesOfItem(atPath: file.string)[.modificationDate]
            switch self {
            case .overwritten: try data.corrupt()
            case .overwrittenAndDatedBack:
                try data.corrupt()
                try manager.setAttributes(
                    [.modificationDate: date ?? Date()], ofItemAtPath: file.string)
            case .cut:
                guard truncate(file.string, 100_000) == 0 else { throw Errno(rawValue: errno) }
            case .deleted: try manager.removeItem(atPath: file.string)
            case .replaced:
                let other = data.folder.appending("other")
                try Data(count: 700_000).write(to: URL(filePath: other.string))
                guard rename(other.string, file.string) == 0 else { throw Errno(rawValue: errno) }
            }
        }

        static func touch(_ file: FilePath) throws {
            guard utimes(file.string, nil) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}
