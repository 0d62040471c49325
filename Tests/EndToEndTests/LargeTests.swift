import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Large data", .serialized, .timeLimit(.minutes(5)))
struct LargeTests {
    private static let (mebibyte, gibibyte) = (1 << 20, 1 << 30)

    @Test(
        "A file behind 200 GiB of a sparse file is seeded at once and downloaded in little memory"
    )
    func behind() async throws {
        let size = 200 * Self.gibibyte - Self.mebibyte
        let given = try await Large([
            // The first piece of the second file starts with the end of this one.
            .init("huge", size: size, dataAt: [5 * Self.gibibyte, size - 2 * Self.mebibyte]),
            .init("behind", size: 20 * Self.mebibyte, dataAt: [0, 19 * Self.mebibyte]),
        ])
        try await given.origin.seeding(given.torrent, in: given.data) { seed in
            let ended = try await given.overlay.pierdat(
                "--select", "behind", given.torrent.magnet("x.pe=\(seed.address)"),
                given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let figures = try #require(ProcessFigures(of: seed.process.identifier))
            #expect(figures.peakMemory < 64 * Self.mebibyte)
        }
        #expect(try given.got() == ["behind"])
        #expect(try await given.isEqual("behind"))
    }

    @Test("A missing piece beyond 4 GiB of a sparse file is downloaded")
    func rest() async throws {
        let size = 4 * Self.gibibyte + 40 * Self.mebibyte
        let given = try await Large([
            .init("huge", size: size, dataAt: [size - 7 * Self.mebibyte])
        ])
        let folder = given.destination.appending(SparseTorrent.name)
        try FileManager.default.createDirectory(
            atPath: folder.string, withIntermediateDirectories: true)
        let file = try FileDescriptor.open(
            folder.appending("huge"), .writeOnly, options: .create, permissions: .ownerReadWrite)
        try file.closeAfter { try file.resize(to: Int64(size)) }
        try await given.origin.seeding(given.torrent, in: given.data) { seed in
            let ended = try await given.overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("8.0 MiB received"), "\(ended)")
        }
        #expect(try await given.isEqual("huge"))
    }

    @Test(
        "Sparse files of 5 GiB arrive complete and sparse, in bounded memory"
    )
    func sparse() async throws {
        let size = 5 * Self.gibibyte - 5 * Self.mebibyte / 2
        let given = try await Large([
            .init("huge", size: size, dataAt: [4 * Self.gibibyte, size - 3 * Self.mebibyte / 2]),
            .init("zeros", size: 30 * Self.mebibyte, dataAt: []),
        ])
        try await given.origin.seeding(given.torrent, in: given.data) { seed in
            let most = try await Self.get(
                given.torrent, from: seed, by: given.overlay, into: given.destination)
            #expect(most.memory < 64 * Self.mebibyte)
        }
        for name in ["huge", "zeros"] {
            #expect(try await given.isEqual(name))
            #expect(try given.bytesOnDisk(name) <= 4 * Self.mebibyte)
        }
    }

    @Test(
        "100,000 files arrive by magnet link in bounded memory and with few descriptors"
    )
    func manyFiles() async throws {
        let given = try await ManyFiles(count: 100_000)
        try await given.origin.seeding(given.torrent, in: given.folder.path) { seed in
            let most = try await Self.get(
                given.torrent, from: seed, by: given.overlay, into: given.destination)
            let seeder = try #require(ProcessFigures(of: seed.process.identifier))
            #expect(max(most.memory, seeder.peakMemory) < 128 * Self.mebibyte)
            #expect(max(most.descriptors, seeder.descriptors) < 400)
        }
        #expect(try given.sizeOfMetadata >= 7_000_000)
        try await given.expectEqual()
    }

    /// Downloads all of `torrent` and returns the peak resource use.
    private static func get(
        _ torrent: PeerFixtures.TorrentFile, from seed: Overlay.Seed, by overlay: Overlay,
        into destination: FilePath
    ) async throws -> (memory: Int, descriptors: Int) {
        let get = overlay.command(
            "pierdat-get-bittorrent", torrent.magnet("x.pe=\(seed.address)"), destination.string)
        return try await RunningProcess.with(get) { get in
            let most = try await ProcessFigures.most(of: get.identifier)
            _ = try await get.line(containing: "done: ")
            return most
        }.value
    }
}

/// A sparse torrent with the overlays of its seeder and its downloader.
private struct Large: Sendable {
    let folder: TemporaryFolder
    let data: FilePath
    let torrent: PeerFixtures.TorrentFile
    let origin: Overlay
    let overlay: Overlay
    let destination: FilePath

    init(_ files: [SparseTorrent.File]) async throws {
        folder = try TemporaryFolder()
        data = try folder.make("origin")
        torrent = try await SparseTorrent.make(
            files, in: data, at: folder.path.appending("sparse.torrent"))
        origin = try Overlay(folder.path.appending("origin overlay"))
        overlay = try Overlay(folder.path.appending("overlay"))
        destination = folder.path.appending("destination")
    }

    /// The names of the downloaded files.
    func got() throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: destination.appending(SparseTorrent.name).string)
    }

    func isEqual(_ name: String) async throws -> Bool {
        let files = [data, destination].map { $0.appending(SparseTorrent.name).appending(name) }
        return try await Command("/usr/bin/cmp", files.map(\.string)).run().status.isSuccess
    }

    /// The disk usage of a downloaded file in bytes.
    func bytesOnDisk(_ name: String) throws -> Int {
        let path = destination.appending(SparseTorrent.name).appending(name)
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return Int(status.st_blocks) * 512
    }
}

/// A folder of many small files. Every tenth file is empty.
private struct ManyFiles: Sendable {
    let folder: TemporaryFolder
    let torrent: PeerFixtures.TorrentFile
    let origin: Overlay
    let overlay: Overlay
    let destination: FilePath
    private let root: FilePath

    init(count: Int) async throws {
        folder = try TemporaryFolder(inMemory: true)
        root = try folder.make("many files")
        let script = """
            import os, sys
            os.chdir(sys.argv[1])
            for number in range(int(sys.argv[2])):
                folder = f"folder {number // 1000:03}"
                if number % 1000 == 0:
                    os.mkdir(folder)
                with open(f"{folder}/file number {number:07} with a long name.data", "wb") as file:
                    file.write(b"%08d" % number * (number % 10))
            """
        let command = try Command(
            installed: "python3", package: "python3", ["-c", script, root.string, "\(count)"])
        let ended = try await command.run()
        guard ended.status.isSuccess else { throw FixtureError("\(ended)") }
        torrent = try await TorrentFile.make(
            .v1, of: root, at: folder.path.appending("many.torrent"), pieceSize: 65_536)
        origin = try Overlay(folder.path.appending("origin overlay"))
        overlay = try Overlay(folder.path.appending("overlay"))
        destination = folder.path.appending("destination")
    }

    /// The size of the metadata from the magnet link in bytes, which is nearly all info dictionary.
    var sizeOfMetadata: Int {
        get throws {
            try Data(contentsOf: URL(filePath: overlay.saved(torrent).string)).count
        }
    }

    func expectEqual() async throws {
        let got = destination.appending("many files")
        let ended = try await Command("/usr/bin/diff", ["-rq", root.string, got.string]).run()
        #expect(ended.status == .exited(0), "\(ended.output.prefix(500))")
    }
}
