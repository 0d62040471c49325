import Foundation
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Download")
struct DownloadTests {
    private let temporary: TemporaryFolder

    init() throws {
        temporary = try TemporaryFolder()
    }

    private func download(
        _ goal: Download.Goal, _ magnet: String, into folder: URL,
        configuration: EngineConfiguration = .loopback
    ) throws -> Download {
        try Download(
            goal, TorrentParameters(#require(try MagnetLink(magnet))), into: FilePath(folder.path),
            store: TorrentStore(temporary.path.appending("state")), configuration: configuration)
    }

    private func seed() throws -> LoopbackSeed {
        let folder = try temporary.make("origin")
        try SampleTorrent.write(to: folder)
        return try LoopbackSeed(folder: folder)
    }

    @Test("A magnet link's metadata and data are downloaded from its peer to a new folder")
    func magnet() throws {
        let seed = try seed()
        let folder = temporary.url.appending(path: "deep/destination")

        let result = try download(.get, seed.magnet, into: folder).run()

        #expect(SampleTorrent.isComplete(in: folder))
        #expect(result.folder == FilePath(folder.path))
        #expect(result.torrent.lastComponent?.string == "\(SampleTorrent.infoHash).torrent")
        let saved = try TorrentParameters(contentsOf: result.torrent)
        #expect(saved.summary.contents?.size == SampleTorrent.size)
        #expect(saved.summary.contents?.fileCount == 3)
    }

    @Test("Existing data needs no peer after the magnet link was resolved once")
    func secondRun() throws {
        let seed = try seed()
        let folder = temporary.url.appending(path: "destination")
        _ = try download(.get, seed.magnet, into: folder).run()

        _ = try download(.get, "magnet:?xt=urn:btih:\(SampleTorrent.infoHash)", into: folder).run()

        #expect(SampleTorrent.isComplete(in: folder))
    }

    @Test("Missing data is downloaded and corrupt data is replaced")
    func partialData() throws {
        let seed = try seed()
        let folder = try temporary.make("destination")
        try SampleTorrent.write(to: folder)
        var wrong = SampleTorrent.files[2].contents
        wrong[60_000] ^= 1
        try wrong.write(to: folder.appending(path: SampleTorrent.files[2].path))
        try FileManager.default.removeItem(at: folder.appending(path: SampleTorrent.files[1].path))

        _ = try download(.get, seed.magnet, into: folder).run()

        #expect(SampleTorrent.isComplete(in: folder))
    }

    @Test("The amount of data present before the download is known to the byte")
    func present() throws {
        let seed = try seed()
        let folder = try temporary.make("destination")
        try SampleTorrent.write(to: folder)
        try FileManager.default.removeItem(at: folder.appending(path: SampleTorrent.files[2].path))
        let session = try Session(.loopback, pace: .eager)
        let torrent = try session.add(
            TorrentParameters(torrent: SampleTorrent.bytes), folder: FilePath(folder.path),
            partFolder: temporary.path, purpose: .download, token: 1)
        torrent.connect(to: "127.0.0.1", port: seed.port)
        try session.wait { $0 == .finished(token: 1) }

        let status = try #require(torrent.status)
        #expect(status.done == SampleTorrent.size)
        // The pieces that are only in the first file.
        #expect(status.present == 3 * 16_384)
    }

    @Test("Verifying accepts complete data, by its folder or its root, and rejects all else")
    func verify() throws {
        let seed = try seed()
        let folder = temporary.url.appending(path: "destination")
        let result = try download(.get, seed.magnet, into: folder).run()

        for path in [folder, folder.appending(path: "data set")] {
            #expect(try download(.verify, seed.magnet, into: path).run().folder == result.folder)
        }
        try Data("short".utf8).write(to: folder.appending(path: SampleTorrent.files[0].path))
        #expect(throws: TorrentError.self) {
            try download(.verify, seed.magnet, into: folder).run()
        }
        let kept = try Data(contentsOf: folder.appending(path: SampleTorrent.files[0].path))
        #expect(kept == Data("short".utf8))
    }

    @Test("Corrupt data from a seeder is never accepted, and the download times out")
    func corruptSeed() throws {
        let folder = try temporary.make("origin")
        try SampleTorrent.write(to: folder)
        var wrong = SampleTorrent.files[0].contents
        wrong[20_000] ^= 1
        try wrong.write(to: folder.appending(path: SampleTorrent.files[0].path))
        let seed = try LoopbackSeed(folder: folder)
        var configuration = EngineConfiguration.loopback
        configuration.timeout = .seconds(3)

        let destination = temporary.url.appending(path: "destination")
        #expect {
            try download(.get, seed.magnet, into: destination, configuration: configuration).run()
        } throws: { error in
            if case TorrentError.timedOut = error { true } else { false }
        }
        #expect(!SampleTorrent.isComplete(in: destination))
    }

    @Test("A file in the place of the destination is reported as unwritable")
    func destinationIsFile() throws {
        let file = temporary.url.appending(path: "file")
        try Data().write(to: file)

        #expect(throws: TorrentError.cannotWrite(FilePath(file.path), .notDirectory)) {
            try download(.get, "magnet:?xt=urn:btih:\(SampleTorrent.infoHash)", into: file)
        }
    }
}
