import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Requests of a download", .timeLimit(.minutes(3)))
struct RequestTests {
    @Test("A suggested piece is completed before the next one")
    func suggestions() async throws {
        let (count, blocks) = (64, 8)
        try await getting(pieces: count, of: blocks << 14) { port, torrent in
            let seed = try await SlowSeed(port: port, infoHash: torrent.key, of: Self.byte)
            // It completes pieces that it has begun before it has four.
            for _ in 0..<4 * blocks { try seed.give() }
            try seed.isTold(ofPieces: 4)
            try seed.listen(for: 100)
            let left = Set(0..<count).subtracting(seed.pieces).sorted()
            let (first, second) = (left[0], left[1])

            try seed.suggest(first)
            try seed.give()
            try seed.isAsked(for: first)
            try seed.suggest(second)
            var given: [Int] = []
            while given.count < 2 * blocks {
                let piece = try seed.give()
                if [first, second].contains(piece) { given.append(piece) }
            }
            #expect(
                given == [Int](repeating: first, count: blocks)
                    + [Int](repeating: second, count: blocks))
        }
    }

    @Test("No more is requested than a near peer sends in a fraction of a second")
    func queue() async throws {
        let blocks = 1000
        try await getting(pieces: blocks, of: 1 << 14) { port, torrent in
            let seed = try await SlowSeed(port: port, infoHash: torrent.key, of: Self.byte)
            // At first it requests more with each block that arrives.
            for _ in 0..<100 { try seed.give() }
            // From then on, 50 blocks arrive per second. At the end it requests fewer in any case.
            var asked: [Int] = []
            while asked.last ?? .max > 15, asked.count < blocks - 300 {
                try seed.give()
                try seed.listen(for: 20)
                asked.append(seed.outstanding)
            }
            #expect(asked.min() ?? .max <= 15, "\(asked)")
        }
    }

    @Test("More and more is requested from a peer that sends everything in bursts")
    func pauses() async throws {
        try await getting(pieces: 1000, of: 1 << 14) { port, torrent in
            let seed = try await SlowSeed(port: port, infoHash: torrent.key, of: Self.byte)
            var asked: [Int] = []
            while asked.last ?? 0 < 100, asked.count < 20 {
                try seed.listen(for: 300)
                asked.append(seed.outstanding)
                for _ in 0..<seed.outstanding { try seed.give() }
            }
            #expect(asked.last ?? 0 >= 100, "\(asked)")
        }
    }

    /// The byte that the data consists of.
    private static let byte: UInt8 = 7

    /// Runs a download with this number of pieces of `size` bytes. It listens on the port passed to
    /// `body`.
    private func getting(
        pieces: Int, of size: Int, _ body: @Sendable (UInt16, TorrentFile) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.make("origin").appending("data.bin")
        try Data(repeating: Self.byte, count: pieces * size).write(to: URL(filePath: file.string))
        let torrent = try await TorrentFile.make(
            .v1, of: file, at: folder.path.appending("data.torrent"), pieceSize: size)
        let port = try FreePort.any()
        var overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment["PIERDAT_PORT"] = "\(port)"
        let get = overlay.command(
            "pierdat-get-bittorrent", torrent.path.string, try folder.make("destination").string)
        try await RunningProcess.with(get) { _ in try await body(port, torrent) }
    }
}
