import Foundation
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Cache entries")
struct CacheEntryTests {
    private let temporary: TemporaryFolder
    private let cache: FilePath
    private let key = InfoHash.v1([UInt8](repeating: 0xAB, count: 20))

    init() throws {
        temporary = try TemporaryFolder()
        cache = FilePath(try temporary.make("cache").path)
    }

    @Test("An entry deleted while a process waits for it is created again for that process alone")
    func dropped() async throws {
        var first: CacheEntry? = try CacheEntry(in: cache, key: key) { _ in }
        let (waits, waiting) = AsyncStream<Void>.makeStream()
        let (entries, entering) = AsyncStream<CacheEntry?>.makeStream()
        Thread.detachNewThread { [cache, key] in
            entering.yield(try? CacheEntry(in: cache, key: key) { _ in waiting.yield() })
        }
        for await _ in waits { break }
        // Deletes the entry like another process: the lock last, then the lock is released.
        for name in FolderTree(cache).names() {
            try FileManager.default.removeItem(atPath: cache.pushing(name).string)
        }
        #expect(first?.obstacle == nil)
        first = nil

        var second: CacheEntry?
        for await entry in entries {
            second = entry
            break
        }
        let entry = try #require(second)
        #expect(entry.obstacle == nil)
        #expect(FileStatus(of: entry.folder)?.kind == .folder)
        let lock = cache.appending("\(key).lock")
        #expect(FileStatus(of: lock)?.kind == .file)
        #expect(CacheLock(unlessHeldAt: lock) == nil)
        withExtendedLifetime(entry) {}
    }

    @Test("An entry that is a link or a file is not used, because it would put data elsewhere")
    func link() throws {
        let outside = try temporary.make("outside")
        let place = cache.appending("\(key)")
        try FileManager.default.createSymbolicLink(
            atPath: place.string, withDestinationPath: outside.path)
        #expect(throws: Errno.notDirectory) { try CacheEntry(in: cache, key: key) { _ in } }
        #expect(unlink(place.string) == 0)
        try Data().write(to: URL(filePath: place.string))
        #expect(throws: Errno.notDirectory) { try CacheEntry(in: cache, key: key) { _ in } }
    }

    @Test("An entry whose lock is a link, FIFO or folder is used, but not added to")
    func oddLock() throws {
        let outside = temporary.url.appending(path: "outside")
        let lock = cache.appending("\(key).lock")
        try FileManager.default.createDirectory(
            atPath: cache.appending("\(key)").string, withIntermediateDirectories: true)
        for make in [
            { symlink(outside.path, lock.string) }, { mkfifo(lock.string, 0o644) },
            { mkdir(lock.string, 0o755) },
        ] {
            #expect(make() == 0)
            let entry = try CacheEntry(in: cache, key: key) { _ in }
            #expect(entry.obstacle != nil)
            #expect(remove(lock.string) == 0)
        }
        #expect(!FileManager.default.fileExists(atPath: outside.path))
    }

    @Test(
        "Metadata that is a FIFO or a link to another file blocks nothing and changes nothing"
    )
    func oddMetadata() throws {
        let parameters = try TorrentParameters(torrent: SampleTorrent.bytes)
        let hash = try #require(parameters.summary.key)
        let metadata = cache.appending("\(hash).torrent")
        #expect(mkfifo(metadata.string, 0o644) == 0)
        let entry = try CacheEntry(in: cache, key: hash) { _ in }
        let link = try TorrentParameters(MagnetLink(v1: hash, v2: nil))
        #expect(entry.adding(to: link).summary.contents == nil)

        let outside = temporary.url.appending(path: "outside")
        try Data("kept".utf8).write(to: outside)
        for name in ["\(hash).torrent", ".\(hash).torrent.\(getpid())"] {
            _ = remove(cache.appending(name).string)
            try FileManager.default.createSymbolicLink(
                atPath: cache.appending(name).string, withDestinationPath: outside.path)
        }
        entry.save(parameters)
        #expect(try Data(contentsOf: outside) == Data("kept".utf8))
        #expect(entry.adding(to: link).summary.contents?.size == SampleTorrent.size)
    }
}
