import Digest
import Foundation
import LinuxSystem
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("A download by digest")
struct DigestDownloadTests {
    private let temporary: TemporaryFolder
    private let file: SingleFile
    private let session: Session
    private let port: UInt16

    init() throws {
        temporary = try TemporaryFolder()
        file = try SingleFile(in: temporary)
        session = try Session(.loopback, pace: .calm)
        port = try session.loopbackPort()
    }

    private var destination: URL { temporary.url.appending(path: "destination") }
    private var store: TorrentStore { TorrentStore(temporary.path.appending("state")) }

    private func download(
        _ goal: Download.Goal = .get, peers: [UInt16], timeout: Duration = .seconds(60),
        options: DownloadOptions = DownloadOptions()
    ) throws -> Download.Result {
        var configuration = EngineConfiguration.loopback
        configuration.peers = peers.compactMap { PeerName("127.0.0.1:\($0)") }
        configuration.timeout = timeout
        var download = DigestDownload(
            goal, file.digest, into: FilePath(destination.path), store: store,
            configuration: configuration, options: options)
        return try download.run()
    }

    private var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: destination.path)) ?? []
    }

    private func isComplete() -> Bool {
        names == [SingleFile.name]
            && (try? Data(contentsOf: destination.appending(path: SingleFile.name)))
                == file.contents
    }

    @Test("It needs only the digest and a peer, and the saved torrent has the digest")
    func download() throws {
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }

        let result = try download(peers: [port])

        #expect(isComplete())
        #expect(result.folder == FilePath(destination.path))
        #expect(try TorrentParameters(savedAt: result.torrent).digest == file.digest)
    }

    @Test("The saved torrent has no peers, so that two builds leave the same")
    func reproducible() throws {
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }

        let result = try download(peers: [port])

        let saved = try String(
            decoding: TorrentParameters(savedAt: result.torrent).encoded(), as: UTF8.self)
        #expect(!saved.contains("127.0.0.1"))
    }

    @Test("A file that is there already needs no peer the second time")
    func again() throws {
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        _ = try download(peers: [port])

        _ = try download(peers: [])

        #expect(isComplete())
    }

    @Test("Existing data is verified by its digest alone")
    func verified() throws {
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        try FileManager.default.createDirectory(at: destination, withIntermediateDirectories: true)
        try file.contents.write(to: destination.appending(path: SingleFile.name))

        _ = try download(.verify, peers: [port])

        var wrong = file.contents
        wrong[5] ^= 1
        try wrong.write(to: destination.appending(path: SingleFile.name))
        #expect(throws: TorrentError.self) { try download(.verify, peers: [port]) }
    }

    @Test("A liar's file is deleted, the liar is banned, and the right file is downloaded")
    func liar() throws {
        let lie = try SingleFile(in: temporary, "lie", seed: 99)
        let other = try Session(.loopback, pace: .calm)
        let otherPort = try other.loopbackPort()
        let lying = try lie.seed(in: other, as: file.digest)
        defer { withExtendedLifetime(lying) {} }
        // Only the liar is there.
        #expect {
            try download(peers: [otherPort], timeout: .seconds(4))
        } throws: { error in
            if case TorrentError.timedOut = error { true } else { false }
        }
        #expect(names.isEmpty)

        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        _ = try download(peers: [otherPort, port])

        #expect(isComplete())
    }

    @Test("With a cache, a liar's file is deleted from it, too")
    func cache() throws {
        let lie = try SingleFile(in: temporary, "lie", seed: 99)
        let other = try Session(.loopback, pace: .calm)
        let otherPort = try other.loopbackPort()
        let lying = try lie.seed(in: other, as: file.digest)
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime((lying, seeded)) {} }
        var options = DownloadOptions()
        options.cache = temporary.path.appending("cache")
        #expect(throws: TorrentError.self) {
            try download(peers: [otherPort], timeout: .seconds(4), options: options)
        }

        _ = try download(peers: [port], options: options)

        #expect(isComplete())
        let all = FileManager.default.enumerator(atPath: temporary.path.string + "/cache")
        let cached = (all?.compactMap { $0 as? String } ?? []).filter {
            $0.hasSuffix(SingleFile.name)
        }
        #expect(cached.count == 1)
    }

    @Test("Another file of the name that a peer gives is not replaced")
    func nameTaken() throws {
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        try FileManager.default.createDirectory(at: destination, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: destination.appending(path: SingleFile.name))

        #expect(throws: TorrentError.self) { try download(peers: [port], timeout: .seconds(4)) }

        let kept = try Data(contentsOf: destination.appending(path: SingleFile.name))
        #expect(kept == Data("mine".utf8))
    }

    @Test("A torrent that nobody seeds is postponed, and another one is found")
    func unseeded() throws {
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        // The first torrent to be tried is the saved one.
        let unseeded = try SingleFile(in: temporary, "lie", seed: 99)
        unseeded.torrent.digest = file.digest
        _ = try store.save(unseeded.torrent)
        var configuration = EngineConfiguration.loopback
        configuration.peers = [try #require(PeerName("127.0.0.1:\(port)"))]
        var download = DigestDownload(
            .get, file.digest, into: FilePath(destination.path), store: store,
            configuration: configuration)
        download.candidatePatience = .seconds(2)

        _ = try download.run()

        #expect(isComplete())
    }

    @Test("Without anybody who has it, the message says what was tried and what to do")
    func nobody() throws {
        #expect {
            try download(peers: [], timeout: .seconds(2))
        } throws: { error in
            let words = "\(error)"
            return words.contains("no peer was found") && words.contains("hint: start a seeder")
        }
    }

    @Test("A torrent with a wanted digest is downloaded only if its data has that digest")
    func wanted() throws {
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        let hash = try #require(file.torrent.summary.v1)
        let link = try #require(
            try MagnetLink("magnet:?xt=urn:btih:\(hash)&x.pe=127.0.0.1:\(port)"))
        func get(_ digest: ContentDigest?) throws {
            let parameters = try TorrentParameters(link)
            parameters.digest = digest
            _ = try Download(
                .get, parameters, into: FilePath(destination.path),
                store: TorrentStore(temporary.path.appending("other")), configuration: .loopback
            ).run()
        }

        #expect {
            try get(ContentDigest(.sha256, bytes: Array(0..<32)))
        } throws: { error in
            if case TorrentError.otherContent = error { true } else { false }
        }
        #expect(names.isEmpty)
        try get(file.digest)
        #expect(isComplete())
    }
}
