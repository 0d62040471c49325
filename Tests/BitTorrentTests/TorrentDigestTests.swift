import Digest
import LinuxSystem
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("The digest of a torrent's content")
struct TorrentDigestTests {
    private let temporary: TemporaryFolder
    private let digests = [
        ContentDigest(.sha256, bytes: Array(0..<32)), ContentDigest(.sha512, bytes: Array(0..<64)),
    ].compactMap(\.self)

    init() throws {
        temporary = try TemporaryFolder()
    }

    private var store: TorrentStore { TorrentStore(temporary.path.appending("state")) }

    private func sample(_ digest: ContentDigest?) throws -> TorrentParameters {
        let parameters = try TorrentParameters(torrent: SampleTorrent.bytes)
        parameters.digest = digest
        return parameters
    }

    @Test("It is not known unless it was set")
    func unknown() throws {
        #expect(try TorrentParameters(torrent: SampleTorrent.bytes).digest == nil)
    }

    @Test("A saved torrent keeps it")
    func saved() throws {
        for digest in digests {
            let path = try store.save(sample(digest))

            #expect(try TorrentParameters(savedAt: path).digest == digest)
        }
        let path = try store.save(sample(nil))
        #expect(try TorrentParameters(savedAt: path).digest == nil)
    }

    @Test("A claim in a .torrent file from elsewhere is ignored, and is not saved again")
    func claimed() throws {
        let path = try store.save(sample(digests[0]))
        let bytes = try sample(digests[0]).encoded()

        let fromFile = try TorrentParameters(contentsOf: path)
        let fromServer = try TorrentParameters(
            torrent: bytes, from: "http://tracker.example/a.torrent")

        #expect(fromFile.digest == nil)
        #expect(fromServer.digest == nil)
        let elsewhere = TorrentStore(temporary.path.appending("elsewhere"))
        #expect(try TorrentParameters(savedAt: elsewhere.save(fromServer)).digest == nil)
    }

    @Test("Text that is no digest is ignored")
    func malformed() throws {
        let bytes = SampleTorrent.bytes.dropLast() + Array("7:pierdatd6:digest9:sha256:aaee".utf8)
        let path = temporary.path.appending("x.torrent")
        try AtomicFile.write(Array(bytes), to: path)

        #expect(try TorrentParameters(savedAt: path).digest == nil)
    }

    @Test("The saved one is used again when the torrent is named by its info-hash or its file")
    func known() throws {
        _ = try store.save(sample(digests[0]))
        let link = try #require(MagnetLink(bareHash: SampleTorrent.infoHash))

        let byLink = try store.withMetadata(TorrentParameters(link))
        let byFile = try store.withMetadata(sample(nil))
        let wanted = try store.withMetadata(sample(digests[1]))

        #expect(byLink.summary.contents != nil)
        #expect(byLink.digest == digests[0])
        #expect(byFile.digest == digests[0])
        #expect(wanted.digest == digests[1])
    }

    @Test("Metadata from peers does not change it")
    func metadata() throws {
        let link = try TorrentParameters(#require(MagnetLink(bareHash: SampleTorrent.infoHash)))
        link.digest = digests[0]

        #expect(try link.adding(metadataOf: sample(digests[1])).digest == digests[0])
    }
}
