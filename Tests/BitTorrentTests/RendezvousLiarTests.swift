import Digest
import Foundation
import LinuxSystem
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Hostile peers at a rendezvous")
struct RendezvousLiarTests {
    private let temporary: TemporaryFolder
    private let file: SingleFile
    private let rendezvous: InfoHash
    /// The info-hash of a torrent that nobody has.
    private let other = InfoHash.v1([UInt8](repeating: 0xAB, count: 20))

    init() throws {
        temporary = try TemporaryFolder()
        file = try SingleFile(in: temporary)
        rendezvous = InfoHash(rendezvousOf: file.digest)
    }

    /// Ways to misbehave.
    enum Misdeed: CaseIterable {
        case noHandshake, noAnswer, noPart
        case noise, noDictionary, tooManyNames, hugeSize, wrongHash
        case otherMetadata, shortPart, unrequestedPart, endlessParts, endlessNames, hugeMessage
        case namesTwice
    }

    /// `isGone` is set when the connection has ended.
    private func liar(_ misdeed: Misdeed, isGone: Flag? = nil) throws -> ScriptedPeer {
        let (rendezvous, other) = (rendezvous, other)
        return try ScriptedPeer { peer in
            defer { isGone?.set() }
            try Self.commit(misdeed, rendezvous, other, with: peer)
            peer.waitForEnd()
        }
    }

    private static func commit(
        _ misdeed: Misdeed, _ rendezvous: InfoHash, _ other: InfoHash, with peer: PeerStream
    ) throws {
        let number = RendezvousScript.number
        let part = [UInt8](repeating: 0x55, count: 16_384)
        func name(size: Int) throws {
            try RendezvousScript.name(other, size: size, at: rendezvous, to: peer)
        }
        func send(_ index: Int, _ bytes: [UInt8]) throws {
            try RendezvousScript.part(index, of: other, bytes, to: peer)
        }
        func answer(_ text: String) throws {
            try peer.shakeHands(rendezvous)
            _ = try peer.message()
            try peer.sendExtended(number, text)
        }
        switch misdeed {
        case .noHandshake: break
        case .noAnswer: try peer.shakeHands(rendezvous)
        case .noPart: try name(size: 1000)
        case .noise: try answer("\u{0}\u{1}garbage")
        case .noDictionary: try answer("4:typei1e")
        case .tooManyNames:
            let item = "d4:sizei9e2:v120:aaaaaaaaaaaaaaaaaaaae"
            try answer("d8:torrentsl\(String(repeating: item, count: 9))e4:typei1ee")
        case .hugeSize: try name(size: 17 << 20)
        case .wrongHash: try answer("d8:torrentsld4:sizei9e2:v13:abcee4:typei1ee")
        case .otherMetadata:
            try name(size: 16_384)
            _ = try peer.message()
            try send(0, part)
        case .shortPart:
            try name(size: 20_000)
            _ = try peer.message()
            try send(0, Array(part.prefix(10)))
        case .unrequestedPart:
            try name(size: 300_000)
            _ = try peer.message()
            try send(17, part)
        case .endlessParts:
            try name(size: 16_384)
            while true { try send(0, part) }
        case .endlessNames:
            try name(size: 16_384)
            while true { try peer.sendExtended(number, "d4:typei99ee") }
        case .hugeMessage:
            try peer.shakeHands(rendezvous)
            try peer.send([0, 8, 0, 0, 20, number] + part)
            while true { try peer.send(part) }
        case .namesTwice:
            try name(size: 16_384)
            try peer.sendExtended(number, "d8:torrentsle4:typei1ee")
        }
    }

    private func search(_ peers: [UInt16], limit: Duration) throws -> FoundMetadata? {
        guard case .found(let found) = try startSearch(peers, limit: limit).wait() else {
            return nil
        }
        return found
    }

    /// Does not encrypt, so that a scripted peer understands it.
    private func startSearch(_ peers: [UInt16], limit: Duration?) throws -> MetadataSearch {
        var configuration = EngineConfiguration.loopback
        configuration.peerProtocol.encryption = .off
        configuration.peers = peers.compactMap { PeerName("127.0.0.1:\($0)") }
        return try MetadataSearch(
            for: SearchedContent(digest: file.digest), configuration: configuration, limit: limit)
    }

    @Test("A good peer beside a hostile one is found", arguments: Misdeed.allCases)
    func besideGoodPeer(misdeed: Misdeed) throws {
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        let liar = try liar(misdeed)

        let found = try search([liar.port, port], limit: .seconds(30))

        #expect(found?.parameters.summary == file.torrent.summary)
    }

    @Test("Peers that name as many torrents as they can do not hide a good one")
    func manyNames() throws {
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        let rendezvous = rendezvous
        let liars = try (0..<14).map { number in
            try ScriptedPeer { peer in
                try peer.shakeHands(rendezvous)
                _ = try peer.message()
                var answer = Array("d8:torrentsl".utf8)
                for index in UInt8(0)..<8 {
                    let hash = [UInt8](repeating: 1 + UInt8(number), count: 19) + [index]
                    answer += Array("d4:sizei9e2:v120:".utf8) + hash + Array("e".utf8)
                }
                try peer.sendExtended(RendezvousScript.number, answer + Array("e4:typei1ee".utf8))
                peer.waitForEnd()
            }
        }

        let found = try search(liars.map(\.port) + [port], limit: .seconds(60))

        #expect(found?.parameters.summary == file.torrent.summary)
    }

    @Test(
        "A peer that sends something wrong is disconnected while the search goes on",
        arguments: Misdeed.allCases.filter { ![.noHandshake, .noAnswer, .noPart].contains($0) })
    func disconnected(misdeed: Misdeed) throws {
        let flag = try Flag()
        let liar = try liar(misdeed, isGone: flag)
        let search = try startSearch([liar.port], limit: nil)

        try flag.wait()

        #expect(search.outcome == nil)
        #expect(liar.connections == 1)
    }

    @Test(
        "A peer that does not answer in time is disconnected while the search goes on",
        arguments: [Misdeed.noHandshake, .noAnswer, .noPart])
    func silent(misdeed: Misdeed) throws {
        let flag = try Flag()
        let liar = try liar(misdeed, isGone: flag)
        let search = try startSearch([liar.port], limit: nil)

        try flag.wait()

        #expect(search.outcome == nil)
    }

    @Test(
        "Metadata of a folder, of several files or of a private torrent is refused, with the reason"
    )
    func unusable() throws {
        let folder = try temporary.make("folder/data")
        try Data("1".utf8).write(to: folder.appending(path: "one"))
        let path = FilePath(folder.path)
        var isPrivate = Publication(path: FilePath(file.folder.path).appending(SingleFile.name))
        isPrivate.form = .full(isPrivate: true, isV1Only: false)
        for (publication, reason) in [
            (Publication(path: path), "is a folder"), (isPrivate, "is private"),
        ] {
            let torrent = try publication.makeTorrent(progress: { _ in }, say: { _ in })
            let liar = try honestly(send: torrent)

            let search = try startSearch([liar.port], limit: .seconds(3))

            guard case .nothing(let report) = try search.wait() else {
                Issue.record("it was found")
                continue
            }
            #expect(report.contains(reason))
            #expect(liar.connections == 1)
        }
    }

    /// A peer that sends the metadata of `torrent`.
    private func honestly(send torrent: TorrentParameters) throws -> ScriptedPeer {
        let info = try Array(torrent.infoDictionary)
        let hash = try #require(torrent.summary.v1)
        return try ScriptedPeer { [rendezvous] peer in
            try RendezvousScript.name(hash, size: info.count, at: rendezvous, to: peer)
            _ = try peer.message()
            try RendezvousScript.part(0, of: hash, info, to: peer)
            peer.waitForEnd()
        }
    }

    // MARK: The other side

    @Test("A peer that asks a seeder for nonsense is disconnected, and others are served")
    func nonsense() throws {
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        for payload in [
            "noise", "d4:typei2ee", "d4:parti-1e7:torrent20:aaaaaaaaaaaaaaaaaaaa4:typei2ee",
            "d1:x2000:\(String(repeating: "x", count: 2000))4:typei0ee",
        ] {
            let peer = try PeerStream(port: port)
            try peer.shakeHands(rendezvous)
            try peer.sendExtended(RendezvousScript.number, payload)
            #expect(throws: PeerStream.Closed.self) { try peer.message() }
        }

        #expect(try search([port], limit: .seconds(20)) != nil)
    }

    @Test("A seeder refuses parts that it does not have, and bounds how much it sends to a peer")
    func bounded() throws {
        let session = try Session(.loopback, pace: .calm)
        let port = try session.loopbackPort()
        let seeded = try file.seed(in: session)
        defer { withExtendedLifetime(seeded) {} }
        let hash = try #require(file.torrent.summary.v1)
        let peer = try PeerStream(port: port)
        try peer.shakeHands(rendezvous)
        func request(_ hash: InfoHash, _ part: Int) throws {
            try peer.sendExtended(
                RendezvousScript.number,
                Array("d4:parti\(part)e7:torrent20:".utf8) + hash.bytes
                    + Array("4:typei2ee".utf8))
        }

        try request(other, 0)
        #expect(
            try peer.message() == Array("d4:parti0e7:torrent20:".utf8) + other.bytes
                + Array("4:typei4ee".utf8))
        try request(hash, 1000)
        #expect(String(decoding: try peer.message(), as: UTF8.self).contains("4:typei4ee"))
        #expect(throws: PeerStream.Closed.self) {
            for _ in 0..<100 {
                try request(hash, 0)
                _ = try peer.message()
            }
        }
    }

    @Test("A private torrent is never named")
    func privateTorrent() throws {
        let session = try Session(.loopback, pace: .calm)
        var publication = Publication(
            path: FilePath(file.folder.path).appending(SingleFile.name))
        publication.form = .full(isPrivate: true, isV1Only: false)
        let torrent = try publication.makeTorrent(progress: { _ in }, say: { _ in })
        torrent.digest = file.digest
        let added = try session.add(
            torrent, folder: FilePath(file.folder.path), partFolder: FilePath(file.folder.path),
            purpose: .seed, token: 1)
        var rendezvous = SeededRendezvous(session)

        #expect(try rendezvous.name(1, added) == nil)

        #expect(rendezvous.count == 0)
        #expect(rendezvous.all.isEmpty)
    }
}

/// A flag that is set once.
private final class Flag: Sendable {
    private let event: EventDescriptor

    init() throws {
        event = try EventDescriptor()
    }

    func set() { event.signal() }

    /// Throws if it is not set within a minute.
    func wait() throws {
        let epoll = try Epoll()
        try epoll.add(event.descriptor, token: 1)
        guard !(try epoll.wait(timeout: .seconds(60))).isEmpty else { throw Errno.timedOut }
    }
}

extension TorrentParameters {
    /// The info dictionary in the encoded torrent.
    fileprivate var infoDictionary: ArraySlice<UInt8> {
        get throws {
            let bytes = try encoded()
            let key = Array("4:info".utf8)
            let start = bytes.indices.first { bytes[$0...].starts(with: key) } ?? 0
            return bytes[(start + key.count)..<end(of: bytes, from: start + key.count)]
        }
    }

    /// The end of the bencoded value at `start`.
    private func end(of bytes: [UInt8], from start: Int) -> Int {
        var (position, depth) = (start, 0)
        repeat {
            switch bytes[position] {
            case UInt8(ascii: "d"), UInt8(ascii: "l"):
                depth += 1
                position += 1
            case UInt8(ascii: "e"):
                depth -= 1
                position += 1
            case UInt8(ascii: "i"):
                position = (bytes[position...].firstIndex(of: UInt8(ascii: "e")) ?? position) + 1
            default:
                let colon = bytes[position...].firstIndex(of: UInt8(ascii: ":")) ?? position
                let length = Int(String(decoding: bytes[position..<colon], as: UTF8.self)) ?? 0
                position = colon + 1 + length
            }
        } while depth > 0
        return position
    }
}
