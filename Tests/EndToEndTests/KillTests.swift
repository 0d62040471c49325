import Foundation
import PeerFixtures
import SystemPackage
import TestSeed
import Testing

@Suite("Downloads killed with kill -9", .timeLimit(.minutes(3)))
struct KillTests {
    private static let pieceSize = 65_536
    private static let size = 12 << 20

    @Test(
        "A killed download takes its backend with it and loses at most pieces in transit",
        .tellingSeed, arguments: [TorrentFile.Version.v1, .v2, .hybrid])
    func killed(version: TorrentFile.Version) async throws {
        let folder = try TemporaryFolder()
        let data = try folder.make("origin").appending("data.bin")
        var random = TestSeed.generator
        let bytes = random.bytes(Self.size)
        let delay = Duration.milliseconds(.random(in: 0...1500, using: &random))
        try bytes.write(to: URL(filePath: data.string))
        let torrent = try await TorrentFile.make(
            version, of: data, at: folder.path.appending("origin.torrent"),
            pieceSize: Self.pieceSize)
        let origin = try Overlay(folder.path.appending("origin overlay"))
        let overlay = try Overlay(folder.path.appending("overlay"))
        let destination = folder.path.appending("destination")
        try await origin.seeding(torrent, in: data.removingLastComponent()) { seed in
            let magnet = torrent.magnet("x.pe=\(seed.address)")
            var slow = overlay
            // Slow enough to be interrupted half-way on any machine.
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "300k"
            let command = slow.command("pierdat", magnet, destination.string)
            let told = try await RunningProcess.with(command) { process in
                let line = try await process.line(containing: "% of data")
                try await Task.sleep(for: delay)
                try process.kill()
                try await process.end()
                return line
            }.value
            let there = try Self.piecesThere(of: bytes, in: destination.appending("data.bin"))
            let reported = try Self.bytes(in: told, behind: "data: ")
            // A peer sends one piece after the other, but a few may be incomplete at a time.
            #expect(there * Self.pieceSize >= reported - 4 * Self.pieceSize, "\(told): \(there)")

            let again = try await overlay.pierdat(magnet, destination.string)
            #expect(again.status == .exited(0), "\(again)")
            let line = try #require(
                again.errors.split(separator: "\n").first { $0.contains("already and verified") })
            let verified = try Self.bytes(in: String(line), behind: "pierdat: ")
            // The amount is printed with one decimal.
            #expect(abs(verified - there * Self.pieceSize) <= 1 << 17, "\(line): \(there)")
        }
        #expect(try Data(contentsOf: URL(filePath: "\(destination)/data.bin")) == bytes)
    }

    @Test("A backend that is a script ends with all its processes")
    func killedWithScript() async throws {
        let given = try await Arrangement()
        try given.overlay.addBackend(
            "other", get: "sleep 1000 & echo it runs >&2; trap '' TERM HUP; wait; sleep 1000")
        try await Self.killAtWork(given)
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A backend whose check is running ends")
    func killedInCheck() async throws {
        let given = try await Arrangement()
        try given.overlay.addBackend(
            "other", check: "echo it runs >&2; exec sleep 1000", get: "exit 1")
        try await Self.killAtWork(given)
    }

    /// Starts a download with the backend `other`, and kills `pierdat` when the backend reports
    /// that it runs.
    private static func killAtWork(_ given: Arrangement) async throws {
        let command = given.overlay.command(
            "pierdat", "--backend", "other", "other:data", given.destination.string)
        // A process that is still running would hold the output open beyond the test's time limit.
        try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "it runs")
            try process.kill()
            try await process.end()
        }
    }

    /// The number of correct pieces in `file`.
    private static func piecesThere(of bytes: Data, in file: FilePath) throws -> Int {
        let there = try Data(contentsOf: URL(filePath: file.string))
        return stride(from: 0, to: there.count, by: pieceSize).count { start in
            there.dropFirst(start).prefix(pieceSize) == bytes.dropFirst(start).prefix(pieceSize)
        }
    }

    /// The amount after `words`, such as "5.2 MiB", in bytes and rounded down.
    private static func bytes(in line: String, behind words: String) throws -> Int {
        let parts = try #require(line.firstRange(of: words).map { line[$0.upperBound...] })
            .split(separator: " ")
        let units = ["B": 1.0, "KiB": 1024, "MiB": 1_048_576]
        let number = try #require(parts.first.flatMap { Double($0) })
        let unit = try #require(units[String(parts[1])])
        return Int(max(0, number - 0.05) * unit)
    }
}
