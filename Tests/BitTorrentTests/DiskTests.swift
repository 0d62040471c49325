import DiskComparison
import Foundation
import Testing

@Suite("Disk backend")
struct DiskTests {
    @Test(
        "A torrent's data is stored, hashed and returned through any sequence of operations",
        arguments: 0..<8)
    func livesThroughAnything(batch: UInt64) throws {
        for seed in batch * 25..<(batch + 1) * 25 {
            try live(seed, DISK_BACK_END_PIERDAT, foundBy: DISK_BACK_END_PIERDAT)
        }
    }

    @Test("libtorrent's own backends find what we have written", arguments: 0..<4)
    func isFoundByOthers(batch: UInt64) throws {
        for seed in 1000 + batch * 15..<1000 + (batch + 1) * 15 {
            try live(seed, DISK_BACK_END_PIERDAT, foundBy: DISK_BACK_END_MMAP)
            try live(seed, DISK_BACK_END_PIERDAT, foundBy: DISK_BACK_END_POSIX)
        }
    }

    @Test("We find what libtorrent's own backend has written", arguments: 0..<4)
    func findsWhatOthersLeft(batch: UInt64) throws {
        for seed in 2000 + batch * 15..<2000 + (batch + 1) * 15 {
            try live(seed, DISK_BACK_END_MMAP, foundBy: DISK_BACK_END_PIERDAT)
        }
    }

    @Test(
        "Every request is answered once, whatever happens to files and torrents meanwhile",
        arguments: 0..<4)
    func answersEverybody(batch: UInt64) throws {
        for seed in batch * 10..<(batch + 1) * 10 {
            let folder = try TemporaryFolder()
            let failure = disk_crowd(seed, folder.url.path)
            defer { free(failure) }
            #expect(failure == nil, "\(failure.map { String(cString: $0) } ?? "")")
        }
    }

    @Test(
        "A corrupt piece on disk is never served, and every other piece is",
        arguments: [TORRENT_V1, TORRENT_V2, TORRENT_HYBRID])
    func refusesCorrupt(format: torrent_format) throws {
        for seed: UInt64 in 0..<25 {
            let folder = try TemporaryFolder()
            let failure = disk_serves_corrupt(seed, format, folder.url.path)
            defer { free(failure) }
            #expect(failure == nil, "\(failure.map { String(cString: $0) } ?? "")")
        }
    }

    @Test("Arriving data is hashed without reading it back", arguments: [0, 1])
    func hashesFromMemory(shuffled: Int32) throws {
        let folder = try TemporaryFolder()
        #expect(disk_read_back_blocks(DISK_BACK_END_PIERDAT, shuffled, folder.url.path) == 0)
    }

    @Test("Sequential requests of a peer trigger read-ahead", arguments: [1, 8])
    func readsAhead(atOnce: Int32) throws {
        let folder = try TemporaryFolder()
        let reads = disk_read_operations(DISK_BACK_END_PIERDAT, atOnce, folder.url.path)
        #expect(reads > 0 && reads <= 32, "\(reads) for 256 blocks")
    }

    @Test("Pieces hashed two at a time have the right hashes", arguments: 0..<6, [0, 1])
    func hashesTogether(seed: UInt64, isHybrid: Int32) throws {
        let folder = try TemporaryFolder()
        #expect(disk_hashes_together(DISK_BACK_END_PIERDAT, isHybrid, seed, folder.url.path) == 1)
    }

    @Test("Hashes equal those of OpenSSL, however the data is split")
    func hashesRight() {
        hashesRight(HASHING_OPENSSL)
    }

    @Test(
        "Hashes by SHA instructions equal those of OpenSSL",
        .enabled(
            if: hashing_is_available(HASHING_SHA_INSTRUCTIONS) == 1,
            "NOT COVERED: this processor has no SHA instructions"))
    func hashesByInstructions() {
        hashesRight(HASHING_SHA_INSTRUCTIONS)
    }

    @Test(
        "Hashes of up to sixteen messages at once by AVX-512 equal those of OpenSSL",
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

    @Test("Peers are told to wait when too much is in memory, and to continue")
    func bounds() throws {
        let folder = try TemporaryFolder()
        let limit = 64
        let most = disk_most_blocks_in_memory(
            DISK_BACK_END_PIERDAT, Int32(limit * 16384), folder.url.path)
        #expect(most > 0 && most <= limit)
    }

    @Test("A full file system is reported as by libtorrent's own backends")
    func full() throws {
        for backEnd in [DISK_BACK_END_PIERDAT, DISK_BACK_END_MMAP, DISK_BACK_END_POSIX] {
            let folder = try TemporaryFolder()
            try #require(disk_mount_tmpfs(folder.url.path, 1 << 20) == 0, "mounting needs root")
            defer { disk_unmount(folder.url.path) }
            #expect(disk_write_errno(backEnd, folder.url.path) == ENOSPC)
        }
    }

    @Test("A read-only file system is reported")
    func readOnly() throws {
        let folder = try TemporaryFolder()
        try #require(disk_mount_tmpfs(folder.url.path, 8 << 20) == 0, "mounting needs root")
        defer { disk_unmount(folder.url.path) }
        try #require(disk_make_read_only(folder.url.path) == 0)
        #expect(disk_write_errno(DISK_BACK_END_PIERDAT, folder.url.path) == EROFS)
    }

    @Test("A folder in the place of a file is not overwritten")
    func folderInPlaceOfFile() throws {
        let folder = try TemporaryFolder()
        _ = try folder.make("data/file")
        #expect(disk_write_errno(DISK_BACK_END_PIERDAT, folder.url.path) == EEXIST)
    }

    @Test("Writes follow no link", arguments: ["data", "data/file"])
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

    @Test("Whole files are read and written if nothing is in the way")
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
