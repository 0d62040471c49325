import DiskComparison
import Foundation
import Testing

@Suite("The disk back end")
struct DiskTests {
    @Test("keeps, hashes and gives back a torrent's data through any life", arguments: 0..<8)
    func livesThroughAnything(batch: UInt64) throws {
        for seed in batch * 25..<(batch + 1) * 25 {
            try live(seed, DISK_BACK_END_PIERDAT, foundBy: DISK_BACK_END_PIERDAT)
        }
    }

    @Test("leaves what libtorrent's own back ends find", arguments: 0..<4)
    func isFoundByOthers(batch: UInt64) throws {
        for seed in 1000 + batch * 15..<1000 + (batch + 1) * 15 {
            try live(seed, DISK_BACK_END_PIERDAT, foundBy: DISK_BACK_END_MMAP)
            try live(seed, DISK_BACK_END_PIERDAT, foundBy: DISK_BACK_END_POSIX)
        }
    }

    @Test("finds what libtorrent's own back end left", arguments: 0..<4)
    func findsWhatOthersLeft(batch: UInt64) throws {
        for seed in 2000 + batch * 15..<2000 + (batch + 1) * 15 {
            try live(seed, DISK_BACK_END_MMAP, foundBy: DISK_BACK_END_PIERDAT)
        }
    }

    @Test(
        "answers everybody once, whatever becomes of the files and torrents meanwhile",
        arguments: 0..<4)
    func answersEverybody(batch: UInt64) throws {
        for seed in batch * 10..<(batch + 1) * 10 {
            let folder = try TemporaryFolder()
            let failure = disk_crowd(seed, folder.url.path)
            defer { free(failure) }
            #expect(failure == nil, "\(failure.map { String(cString: $0) } ?? "")")
        }
    }

    @Test("hashes what arrives without reading it back", arguments: [0, 1])
    func hashesFromMemory(shuffled: Int32) throws {
        let folder = try TemporaryFolder()
        #expect(disk_read_back_blocks(DISK_BACK_END_PIERDAT, shuffled, folder.url.path) == 0)
    }

    @Test("reads ahead for a peer that asks for one block after the other", arguments: [1, 8])
    func readsAhead(atOnce: Int32) throws {
        let folder = try TemporaryFolder()
        let reads = disk_read_operations(DISK_BACK_END_PIERDAT, atOnce, folder.url.path)
        #expect(reads > 0 && reads <= 32, "\(reads) for 256 blocks")
    }

    @Test("hashes pieces rightly that it hashes two at once", arguments: 0..<6, [0, 1])
    func hashesTogether(seed: UInt64, isHybrid: Int32) throws {
        let folder = try TemporaryFolder()
        #expect(disk_hashes_together(DISK_BACK_END_PIERDAT, isHybrid, seed, folder.url.path) == 1)
    }

    @Test("hashes as OpenSSL does, in whatever parts the data comes")
    func hashesRight() {
        hashesRight(HASHING_OPENSSL)
    }

    @Test(
        "hashes as OpenSSL does by the processor's SHA instructions",
        .enabled(
            if: hashing_is_available(HASHING_SHA_INSTRUCTIONS) == 1,
            "NOT COVERED: this processor has no SHA instructions"))
    func hashesByInstructions() {
        hashesRight(HASHING_SHA_INSTRUCTIONS)
    }

    @Test(
        "hashes as OpenSSL does sixteen blocks at once by AVX-512",
        .enabled(
            if: hashing_is_available(HASHING_AVX512) == 1,
            "NOT COVERED: this processor has no AVX-512"))
    func hashesByAVX512() {
        hashesRight(HASHING_AVX512)
    }

    private func hashesRight(_ way: hashing_way) {
        for seed in 0..<500 as Range<UInt64> {
            #expect(hashes_are_right(way, seed) == 1, "seed \(seed)")
        }
    }

    @Test("tells peers to wait when too much is in memory, and to go on")
    func bounds() throws {
        let folder = try TemporaryFolder()
        let limit = 64
        let most = disk_most_blocks_in_memory(
            DISK_BACK_END_PIERDAT, Int32(limit * 16384), folder.url.path)
        #expect(most > 0 && most <= limit)
    }

    @Test("says that the file system is full, as libtorrent's own do")
    func full() throws {
        for backEnd in [DISK_BACK_END_PIERDAT, DISK_BACK_END_MMAP, DISK_BACK_END_POSIX] {
            let folder = try TemporaryFolder()
            try #require(disk_mount_tmpfs(folder.url.path, 1 << 20) == 0, "mounting needs root")
            defer { disk_unmount(folder.url.path) }
            #expect(disk_write_errno(backEnd, folder.url.path) == ENOSPC)
        }
    }

    @Test("says that the file system is read-only")
    func readOnly() throws {
        let folder = try TemporaryFolder()
        try #require(disk_mount_tmpfs(folder.url.path, 8 << 20) == 0, "mounting needs root")
        defer { disk_unmount(folder.url.path) }
        try #require(disk_make_read_only(folder.url.path) == 0)
        #expect(disk_write_errno(DISK_BACK_END_PIERDAT, folder.url.path) == EROFS)
    }

    @Test("writes no folder's place over")
    func folderInPlaceOfFile() throws {
        let folder = try TemporaryFolder()
        _ = try folder.make("data/file")
        #expect(disk_write_errno(DISK_BACK_END_PIERDAT, folder.url.path) == EEXIST)
    }

    @Test("follows no link where it writes", arguments: ["data", "data/file"])
    func linksLeadNowhere(path: String) throws {
        let folder = try TemporaryFolder()
        let elsewhere = try TemporaryFolder()
        let link = folder.url.appending(path: path)
        try FileManager.default.createDirectory(
            at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: link,
            withDestinationURL: elsewhere.url.appending(path: path == "data" ? "" : "file"))
        let code = disk_write_errno(DISK_BACK_END_PIERDAT, folder.url.path)
        #expect(code == EEXIST)
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.url.path).isEmpty)
    }

    @Test("reads and writes whole files where nothing is in the way")
    func nothingInTheWay() throws {
        let folder = try TemporaryFolder()
        #expect(disk_write_errno(DISK_BACK_END_PIERDAT, folder.url.path) == 0)
        let file = try Data(contentsOf: folder.url.appending(path: "data/file"))
        #expect(file == Data(repeating: UInt8(ascii: "x"), count: 4 << 20))
    }

    private func live(
        _ seed: UInt64, _ first: disk_back_end, foundBy second: disk_back_end
    ) throws {
        let folder = try TemporaryFolder()
        let failure = disk_life(seed, first, second, folder.url.path)
        defer { free(failure) }
        #expect(failure == nil, "\(failure.map { String(cString: $0) } ?? "")")
    }
}
