import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("What a get asks a peer for", .timeLimit(.minutes(3)))
struct RequestTests {
    @Test("is a suggested piece to its end, before the next that is suggested")
    func suggestions() async throws {
        let (count, blocks) = (64, 8)
        try await getting(pieces: count, of: blocks << 14) { port, torrent in
            let seed = try await SlowSeed(port: port, infoHash: torrent.key, of: Self.byte)
            // Before it has four, it completes whatever it has begun.
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

    @Test("is no more than a near one gives in a fraction of a second")
    func queue() async throws {
        let blocks = 1000
        try await getting(pieces: blocks, of: 1 << 14) { port, torrent in
            let seed = try await SlowSeed(port: port, infoHash: torrent.key, of: Self.byte)
            // At first it asks for more with each that comes.
            for _ in 0..<100 { try seed.give() }
            // What comes in a second from then on is 50. At the end it asks for fewer in any case.
            var asked: [Int] = []
            while asked.last ?? .max > 15, asked.count < blocks - 300 {
                try seed.give()
                try seed.listen(for: 20)
                asked.append(seed.outstanding)
            }
            #expect(asked.min() ?? .max <= 15, "\(asked)")
        }
    }

    @Test("is more and more where the peer gives all of it, if only now and then")
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

    /// What the data is made of.
    private static let byte: UInt8 = 7

    /// Runs a get of so many pieces, of `size` bytes each, that listens on the port which `body` is given.
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
