import Digest
import Foundation
import LinuxSystem
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Rendezvous")
struct RendezvousTests {
    private let temporary: TemporaryFolder

    init() throws {
        temporary = try TemporaryFolder()
    }

    @Test(
        "The info-hash of a rendezvous is the one in the documentation",
        arguments: [
            (
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "8cc93622c712105da0e118a90e3a6e3b2bfc8da7"
            ),
            (
                "SHA256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                "4be811fcd632192994f937237d2a7941eb4dcd12"
            ),
            (
                "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
                "0313576f50f69039b66e3633d0aed681f0b7e80b"
            ),
        ])
    func vectors(digest: String, hash: String) throws {
        let digest = try #require(ContentDigest(digest))

        #expect(InfoHash(rendezvousOf: digest).description == hash)
    }

    @Test("A search finds the torrent of a digest and the peer that named it")
    func found() throws {
        let file = try SingleFile(in: temporary)
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }

        let found = try search(file.digest, peers: [port])

        #expect(found?.parameters.summary == file.torrent.summary)
        #expect(found?.parameters.digest == file.digest)
        #expect(found?.peers == [PeerName(address: "127.0.0.1", port: port)])
    }

    @Test("A search that nobody answers ends in time and says what was tried")
    func nobody() throws {
        let digest = try #require(ContentDigest(.sha256, bytes: Array(0..<32)))
        let search = try MetadataSearch(
            for: SearchedContent(digest: digest), configuration: .loopback, limit: .seconds(1))

        guard case .nothing(let reason) = try search.wait() else {
            Issue.record("it found something")
            return
        }
        #expect(reason.contains("no peer was found"))
    }

    @Test("A cancelled search ends at once")
    func cancelled() throws {
        let digest = try #require(ContentDigest(.sha256, bytes: Array(0..<32)))
        let search = try MetadataSearch(
            for: SearchedContent(digest: digest), configuration: .loopback, limit: nil)
        #expect(search.outcome == nil)

        search.cancel()

        guard case .nothing = search.outcome else {
            Issue.record("it goes on")
            return
        }
        search.close()
    }

    @Test("A search takes metadata from the peers of an info-hash, too")
    func linked() throws {
        let file = try SingleFile(in: temporary)
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        let hash = try #require(file.torrent.summary.v1)
        let link = try MagnetLink("magnet:?xt=urn:btih:\(hash)&x.pe=127.0.0.1:\(port)")

        let search = try MetadataSearch(
            for: SearchedContent(digest: nil, link: link), configuration: .loopback,
            limit: .seconds(20))

        guard case .found(let found) = try search.wait() else {
            Issue.record("nothing was found")
            return
        }
        #expect(found.parameters.summary == file.torrent.summary)
        #expect(!found.parameters.summary.isSelection)
    }

    @Test("Metadata of many parts arrives whole, and too large metadata is not offered")
    func largeMetadata() throws {
        let digest = try #require(ContentDigest(.sha256, bytes: Array(0..<32)))
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        let large = try Self.torrent(pieces: 100_001)
        let tooLarge = try Self.torrent(pieces: 900_000)
        var rendezvous = SeededRendezvous(session)
        for (token, torrent) in [(1, large), (2, tooLarge)] as [(UInt64, TorrentParameters)] {
            torrent.digest = digest
            let added = try session.add(
                torrent, folder: temporary.path, partFolder: temporary.path, purpose: .seed,
                token: token)
            #expect(try rendezvous.name(token, added) == (token == 1 ? digest : nil))
        }

        let found = try search(digest, peers: [port])

        #expect(found?.parameters.summary == large.summary)
    }

    /// A torrent of a file that does not exist.
    private static func torrent(pieces: Int) throws -> TorrentParameters {
        let hashes = (0..<pieces * 20).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 >> 8) }
        let info = "d6:lengthi\(pieces * 16_384)e4:name8:none.bin12:piece lengthi16384e6:pieces"
        return try TorrentParameters(
            torrent: Array("d4:info\(info)\(hashes.count):".utf8) + hashes + Array("ee".utf8))
    }

    @Test("A torrent that is no longer served is no longer named")
    func forgotten() throws {
        let file = try SingleFile(in: temporary)
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        var seeded = try file.seed(in: session)
        #expect(seeded.rendezvous.count == 1)

        seeded.rendezvous.forget(1)

        #expect(seeded.rendezvous.count == 0)
        #expect(seeded.rendezvous.all.isEmpty)
        #expect(try search(file.digest, peers: [port], limit: .seconds(2)) == nil)
    }

    private func search(
        _ digest: ContentDigest, peers: [UInt16], limit: Duration = .seconds(20)
    ) throws -> FoundMetadata? {
        var configuration = EngineConfiguration.loopback
        configuration.peers = peers.compactMap { PeerName("127.0.0.1:\($0)") }
        let search = try MetadataSearch(
            for: SearchedContent(digest: digest), configuration: configuration, limit: limit)
        guard case .found(let found) = try search.wait() else { return nil }
        return found
    }
}

extension MetadataSearch {
    /// How the search ends.
    func wait() throws -> Outcome? {
        let epoll = try Epoll()
        try epoll.add(ended, token: 1)
        _ = try epoll.wait(timeout: .seconds(60))
        return outcome
    }
}
