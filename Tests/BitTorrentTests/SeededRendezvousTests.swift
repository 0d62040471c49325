import Foundation
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Rendezvous of a seeder")
struct SeededRendezvousTests {
    private let temporary: TemporaryFolder
    private let file: SingleFile
    private let items: SeededItems

    init() throws {
        temporary = try TemporaryFolder()
        file = try SingleFile(in: temporary)
        items = try SeededItems(
            Session(.loopback, pace: .calm), .loopback, log: SeederLog(level: .error) { _ in })
    }

    private func item(of file: SingleFile, state: String, hasDigest: Bool = true) throws
        -> Seeder.Item
    {
        file.torrent.digest = hasDigest ? file.digest : nil
        let store = TorrentStore(temporary.path.appending(state))
        return try Seeder.Item(
            torrent: store.save(file.torrent), folder: FilePath(file.folder.path))
    }

    private func update(_ items: [Seeder.Item]) {
        self.items.update(to: items, faults: []) {}
    }

    @Test("A torrent with a digest has one while it is on the seed list, and it is not counted")
    func listed() throws {
        try update([item(of: file, state: "state")])
        #expect(items.meetings.count == 1)
        #expect(items.torrents.count == 1)
        #expect(items.report.counts.values.reduce(0, +) == 1)

        update([])
        #expect(items.meetings.isEmpty)
    }

    @Test("A torrent without a digest has none")
    func unknown() throws {
        try update([item(of: file, state: "state", hasDigest: false)])

        #expect(items.meetings.isEmpty)
    }

    @Test("It ends when data goes missing")
    func missing() throws {
        try update([item(of: file, state: "state")])
        try FileManager.default.removeItem(at: file.folder.appending(path: SingleFile.name))

        items.look()

        #expect(items.meetings.isEmpty)
        #expect(items.torrents.count == 1)
    }

    @Test("Two torrents of one digest share it")
    func shared() throws {
        var publication = Publication(
            path: FilePath(file.folder.path).appending(SingleFile.name))
        publication.form = .full(isPrivate: false, isV1Only: true)
        let other = try publication.makeTorrent(progress: { _ in }, say: { _ in })
        other.digest = file.digest
        let otherItem = try Seeder.Item(
            torrent: TorrentStore(temporary.path.appending("other")).save(other),
            folder: FilePath(file.folder.path))
        let first = try item(of: file, state: "state")
        update([first, otherItem])
        #expect(items.torrents.count == 2)
        #expect(items.meetings.count == 1)

        update([otherItem])
        #expect(items.meetings.count == 1)
    }
}
