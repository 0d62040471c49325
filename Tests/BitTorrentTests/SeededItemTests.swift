import Foundation
import LinuxSystem
import SeedList
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Items of the seed list")
struct SeededItemTests {
    private static let whole = Presence(
        fileCount: 3, absentFileCount: 0, signature: 1, fault: nil)
    private static let broken = Presence(
        fileCount: 3, absentFileCount: 1, signature: 2, fault: "a: No such file or directory")
    private static let gone = Presence(
        fileCount: 3, absentFileCount: 3, signature: 3, fault: "a: No such file or directory")

    private func item(_ presence: Presence = whole, verifies: Bool = false) throws -> SeededItem {
        var item = SeededItem(.init(torrent: "/state/x.torrent", folder: "/srv"))
        item.know(try TorrentParameters(torrent: SampleTorrent.bytes).summary)
        item.begin(1, verifies: verifies, presence)
        return item
    }

    @Test("An item with complete data is served at once, and each piece is verified on request")
    func served() throws {
        let item = try item()
        #expect(item.state == .served && item.reason == nil && item.isChecked)
        #expect(item.place == "/srv/data set")
    }

    @Test("An item is verified first if its complete pieces are unknown")
    func verifying() throws {
        var item = try item(verifies: true)
        #expect(item.state == .verifying && !item.isChecked)
        item.take(missing: 0, of: 100, Self.whole)
        #expect(item.state == .served && item.isChecked)
    }

    @Test("An item is damaged or missing from the start if its files are")
    func absent() throws {
        #expect(try item(Self.broken).state == .damaged)
        #expect(try item(Self.gone).state == .missing)
        #expect(try item(Self.gone).reason?.contains("3 of 3 files") == true)
    }

    @Test("An item with a file that is too long is damaged, also when all of its data is verified")
    func longer() throws {
        let long = Presence(
            fileCount: 1, absentFileCount: 0, longFileCount: 1, signature: 4, fault: "a: too long")
        var item = try item(long)
        #expect(item.state == .damaged && item.reason == "a: too long")
        item.take(missing: 0, of: 4096, long)
        #expect(item.state == .damaged && item.reason == "a: too long" && item.isChecked)
        item.take(missing: 0, of: 4096, Self.whole)
        #expect(item.state == .served && item.reason == nil)
    }

    @Test("An item reports how much data is missing or corrupt when that is known")
    func stock() throws {
        var item = try item()
        item.recheck(because: "it has changed", Self.whole)
        #expect(item.state == .rechecking && item.reason == "it has changed" && !item.isChecked)
        item.take(missing: 1024, of: 4096, Self.whole)
        #expect(item.state == .damaged)
        #expect(
            item.reason == "1.0 KiB of 4.0 KiB on disk are corrupt or missing and are not served")
        item.recheck(because: "it has changed", Self.whole)
        item.take(missing: 0, of: 4096, Self.whole)
        #expect(item.state == .served && item.reason == nil)
    }

    @Test("An item that could not be read is checked again, less and less often")
    func unreadable() throws {
        var item = try item()
        var now = ContinuousClock.now
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            item.recheck(because: "a piece could not be read", Self.whole)
            #expect(item.nextCheck == nil)
            item.failCheck(because: "x: Input/output error", now: now)
            #expect(item.state == .refused && item.reason == "x: Input/output error")
            #expect(item.nextCheck == now + .seconds(60 * minutes))
            // Another piece of the same check.
            item.failCheck(because: "y: Input/output error", now: now)
            #expect(item.nextCheck == now + .seconds(60 * minutes))
            now = now.advanced(by: .seconds(60 * minutes))
        }
        item.take(missing: 0, of: 4096, Self.whole)
        #expect(item.state == .served && item.nextCheck == nil)
        item.recheck(because: "a piece could not be read", Self.whole)
        item.failCheck(because: "x: Input/output error", now: now)
        #expect(item.nextCheck == now + .seconds(60))
    }

    @Test("An item without files stays missing while it is checked again")
    func recheckOfNothing() throws {
        var item = try item()
        item.recheck(because: "it has changed", Self.gone)
        #expect(item.state == .missing)
        item.take(missing: 4096, of: 4096, Self.gone)
        #expect(item.state == .missing && item.reason?.contains("4.0 KiB of 4.0 KiB") == true)
    }

    @Test("A refused item is retried after a lack of descriptors or a change of its torrent")
    func refused() throws {
        let folder = try TemporaryFolder()
        let torrent = folder.path.appending("x.torrent")
        var item = SeededItem(.init(torrent: torrent, folder: "/srv"))
        item.refuse(.noInput("cannot read it"))
        #expect(item.state == .refused && !item.isWorthAnotherTry)
        try Data(SampleTorrent.bytes).write(to: URL(filePath: torrent.string))
        #expect(item.isWorthAnotherTry)
        item.refuse(.invalid("it is malformed"))
        #expect(!item.isWorthAnotherTry)
        item.refuse(.noResource(.init(.descriptor, .tooManyOpenFiles)))
        #expect(item.isWorthAnotherTry && item.reason?.contains("--ulimit nofile") == true)
    }
}
