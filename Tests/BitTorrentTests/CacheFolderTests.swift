import Foundation
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Cache with a limit")
struct CacheFolderTests {
    private let temporary: TemporaryFolder
    private let cache: FilePath

    init() throws {
        temporary = try TemporaryFolder()
        cache = FilePath(try temporary.make("cache").path)
    }

    @Test("Entries larger than the limit are deleted first, then the least recently used")
    func order() {
        let holdings = [(1, 40, 3), (2, 10, 2), (3, 10, 1), (4, 50, 9)].map { key, size, time in
            CacheHolding(key: Self.key(key), size: size, lastUse: time, names: [])
        }
        #expect(
            CacheHolding.dropOrder(holdings, limit: 40).map(\.key) == [4, 3, 2, 1].map(Self.key))
    }

    @Test("Tidying deletes no more than necessary and reports what it deletes")
    func tidy() throws {
        for number: UInt8 in 1...4 { try make(number, size: 10_000, lastUse: Int(number)) }
        try make(3, size: 10_000, lastUse: 0)

        let said = tidy(limit: 25_000)

        #expect(names == [2, 4].flatMap(Self.names).sorted())
        #expect(said.count == 1)
        #expect(said.first?.contains("\(ByteCount(20_000))") == true, "\(said)")
        #expect(said.first?.contains("\(Self.key(3)), \(Self.key(1))") == true, "\(said)")
    }

    @Test("Nothing is deleted if the cache is within its limit or has none")
    func nothingToDo() throws {
        try make(1, size: 10_000, lastUse: 1)
        let before = names
        #expect(tidy(limit: 10_100).isEmpty)
        #expect(tidy(limit: nil).isEmpty)
        #expect(names == before)
    }

    @Test("Metadata, half-written metadata and files with holes are counted and deleted")
    func sizes() throws {
        try make(1, size: 0, lastUse: 1)
        let hash = Self.key(1)
        try Data(count: 5000).write(to: url("\(hash).torrent"))
        try Data(count: 3000).write(to: url(".\(hash).torrent.77"))
        #expect(truncate(url("\(hash)/folder/data").path, 1 << 30) == 0)
        #expect(folder(limit: nil).size(without: nil) == 8000)
        _ = tidy(limit: 7999)
        #expect(names.isEmpty)
    }

    @Test("Entries in use are never deleted, even if the limit is then exceeded")
    func inUse() throws {
        for number: UInt8 in 1...2 { try make(number, size: 10_000, lastUse: Int(number)) }
        var lock = CacheLock(unlessHeldAt: cache.appending("\(Self.key(1)).lock"))
        #expect(lock != nil)
        _ = tidy(limit: 5000)
        #expect(names == Self.names(1))

        lock = nil
        lock = CacheLock(readingAt: cache.appending("\(Self.key(1)).lock"))
        #expect(tidy(limit: 5000).isEmpty)
        #expect(names == Self.names(1))
        withExtendedLifetime(lock) {}
        lock = nil

        _ = tidy(limit: 5000)
        #expect(names.isEmpty)
    }

    @Test("Space for a torrent is freed in advance, but not from its own data")
    func makeRoom() throws {
        for number: UInt8 in 1...3 { try make(number, size: 10_000, lastUse: Int(number)) }
        let folder = folder(limit: 30_000)
        #expect(folder.makeRoom(for: Self.key(1), needing: 5000) { _ in } == nil)
        #expect(names == [1, 3].flatMap(Self.names).sorted())
    }

    @Test("Nothing is deleted for a torrent that can never fit, and its size is returned")
    func excessive() throws {
        for number: UInt8 in 1...3 { try make(number, size: 10_000, lastUse: Int(number)) }
        let before = names
        let size = folder(limit: 30_000).makeRoom(for: Self.key(1), needing: 20_001) { _ in }
        #expect(size == ByteCount(30_001))
        #expect(names == before)
    }

    @Test("A full disk gets the missing space, but nothing is deleted if that is not enough")
    func disk() throws {
        for number: UInt8 in 1...3 { try make(number, size: 10_000, lastUse: Int(number)) }
        let before = names
        let folder = folder(limit: 1_000_000)
        folder.freeDisk(of: 20_001, for: Self.key(1)) { _ in }
        #expect(names == before)
        folder.freeDisk(of: 9000, for: Self.key(1)) { _ in }
        #expect(names == [1, 3].flatMap(Self.names).sorted())
    }

    @Test("Unrelated files and the targets of links are left alone")
    func hostile() throws {
        let outside = try temporary.make("outside")
        try Data(count: 9000).write(to: outside.appending(path: "kept"))
        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: url(name).path, withDestinationPath: target)
        }
        // Entries with our names but of the wrong type or without a lock.
        try link("\(Self.key(1))", to: outside.path)
        try Data().write(to: url("\(Self.key(1)).lock"))
        try make(2, size: 9000, lastUse: 1)
        try FileManager.default.removeItem(at: url("\(Self.key(2)).lock"))
        try make(3, size: 9000, lastUse: 1)
        try FileManager.default.removeItem(at: url("\(Self.key(3)).lock"))
        try link("\(Self.key(3)).lock", to: outside.appending(path: "kept").path)
        try make(4, size: 9000, lastUse: 1)
        try FileManager.default.removeItem(at: url("\(Self.key(4)).lock"))
        #expect(mkfifo(url("\(Self.key(4)).lock").path, 0o644) == 0)
        // Names that are not ours.
        let hash = "\(Self.key(5))"
        for name in [
            "ipfs", String(hash.dropLast()), hash.uppercased(), hash + "0", "." + hash,
            hash + ".old",
            hash + ".torrent.lock", ".\(hash).torrent.x", "-rf", "a\nb", "*",
        ] {
            try FileManager.default.createDirectory(
                at: url(name), withIntermediateDirectories: true)
            try Data(count: 9000).write(to: url("\(name)/file"))
        }
        let odd: [UInt8] = Array("\(cache.string)/".utf8) + [0xFF, 0xFE, 0]
        #expect(odd.withUnsafeBufferPointer { mkdir($0.map(CChar.init(bitPattern:)), 0o755) } == 0)
        let before = names

        // An entry of ours that contains links.
        try make(6, size: 0, lastUse: 1)
        try link("\(Self.key(6))/a link", to: outside.path)
        try link("\(Self.key(6))/file", to: outside.appending(path: "kept").path)
        try Data(count: 9000).write(to: url("\(Self.key(6))/deep"))

        let said = tidy(limit: 1)

        #expect(names == before)
        #expect(said.count == 1 && said[0].contains("\(Self.key(6))"), "\(said)")
        #expect(FileManager.default.fileExists(atPath: outside.appending(path: "kept").path))
    }

    @Test("A cache may be a link that the user has named")
    func linkedCache() throws {
        try make(1, size: 10_000, lastUse: 1)
        let link = temporary.url.appending(path: "link")
        try FileManager.default.createSymbolicLink(
            atPath: link.path, withDestinationPath: cache.string)
        CacheFolder(path: FilePath(link.path), limit: ByteCount(1)).tidy { _ in }
        #expect(names.isEmpty)
    }

    private func folder(limit: Int64?) -> CacheFolder {
        CacheFolder(path: cache, limit: limit.map(ByteCount.init))
    }

    /// Returns the messages.
    private func tidy(limit: Int64?) -> [String] {
        var said: [String] = []
        folder(limit: limit).tidy { said.append($0) }
        return said
    }

    private func url(_ name: String) -> URL { URL(filePath: "\(cache)/\(name)") }

    /// The names in the cache.
    private var names: [String] { FolderTree(cache).names().map(\.shown).sorted() }

    /// An entry with `size` bytes of data, as a download leaves it.
    private func make(_ number: UInt8, size: Int, lastUse: Int) throws {
        let name = "\(Self.key(number))"
        try FileManager.default.createDirectory(
            at: url("\(name)/folder"), withIntermediateDirectories: true)
        try Data(count: size).write(to: url("\(name)/folder/data"))
        try Data().write(to: url("\(name).torrent"))
        try Data().write(to: url("\(name).lock"))
        let times = [timeval](repeating: timeval(tv_sec: 1_000_000 + lastUse, tv_usec: 0), count: 2)
        #expect(utimes(url(name).path, times) == 0)
    }

    private static func key(_ number: UInt8) -> InfoHash {
        number == 2
            ? .v2([UInt8](repeating: 0xA2, count: 32)) : .v1([UInt8](repeating: number, count: 20))
    }

    private static func names(_ number: UInt8) -> [String] {
        ["", ".lock", ".torrent"].map { "\(key(number))\($0)" }
    }
}
