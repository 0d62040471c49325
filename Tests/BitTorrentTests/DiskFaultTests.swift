import DiskFaults
import Foundation
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("A disk that fails or hangs")
struct DiskFaultTests {
    private let temporary: TemporaryFolder
    private let destination: URL

    init() throws {
        temporary = try TemporaryFolder()
        destination = try temporary.make("destination")
    }

    @Test("A disk that fails ends a download with its error, and the next download resumes")
    func failingWrite() throws {
        let seed = try seed()
        for (error, expected) in [
            (Errno.ioError, "Input/output error"), (.noSpace, "not enough space in"),
        ] {
            let fault = try DiskFault(
                failing: DISK_WRITES, below: destination, after: 50_000, with: error)
            defer { fault.end() }
            #expect {
                try download(from: seed)
            } throws: {
                "\($0)".contains(expected)
            }
            try fault.wait()
            #expect(!SampleTorrent.isComplete(in: destination))
        }
        try download(from: seed)
        #expect(SampleTorrent.isComplete(in: destination))
    }

    @Test("A download ends if the check of existing data cannot read it")
    func failingCheck() throws {
        let seed = try seed()
        try SampleTorrent.write(to: destination)
        let fault = try DiskFault(failing: DISK_READS, below: destination, with: .ioError)
        #expect {
            try download(from: seed)
        } throws: {
            "\($0)".contains("Input/output error")
        }
        try fault.wait()
        fault.end()
        try download(from: seed)
        #expect(SampleTorrent.isComplete(in: destination))
    }

    @Test("A seeder reports a disk that fails, and serves the data once it can be read again")
    func failingRead() throws {
        let seed = try seed()
        let fault = try DiskFault(failing: DISK_READS, below: origin, with: .ioError)
        let session = try Session(.loopback, pace: .eager)
        let torrent = try session.add(
            TorrentParameters(torrent: SampleTorrent.bytes), folder: FilePath(destination.path),
            partFolder: temporary.path, purpose: .download, token: 1)
        torrent.connect(to: "127.0.0.1", port: seed.port)
        try seed.session.wait {
            if case .unreadable(_, .ioError?, _) = $0 { true } else { false }
        }
        fault.end()
        seed.torrent.recheck()
        try seed.session.wait { event in
            // The failed read of another piece may have stopped the check meanwhile.
            if case .unreadable = event { seed.torrent.recheck() }
            return event == .checked(token: 1)
        }
        torrent.connect(to: "127.0.0.1", port: seed.port)
        try session.wait { $0 == .finished(token: 1) }
        #expect(SampleTorrent.isComplete(in: destination))
    }

    @Test("While a disk hangs, torrents on other disks are seeded")
    func hangingRead() throws {
        let stuck = try published("stuck")
        let well = try published("well")
        let seed = try Session(.loopback, pace: .calm)
        var seeded: [Torrent] = []
        for (index, one) in [stuck, well].enumerated() {
            seeded.append(
                try seed.add(
                    one.parameters(), folder: one.folder, partFolder: one.folder, purpose: .seed,
                    token: UInt64(index + 1)))
        }
        let port = try seed.loopbackPort()
        let fault = try DiskFault(
            hanging: DISK_READS, below: URL(filePath: stuck.folder.string))
        // Closing a session waits for the hanging call.
        defer { fault.end() }
        let session = try Session(.loopback, pace: .eager)
        let waiting = try session.add(
            stuck.parameters(), folder: temporary.path.appending("got stuck"),
            partFolder: temporary.path, purpose: .download, token: 1)
        waiting.connect(to: "127.0.0.1", port: port)
        // The number of threads that hash data from disk.
        try fault.wait(for: 2)

        let served = try session.add(
            well.parameters(), folder: temporary.path.appending("got well"),
            partFolder: temporary.path, purpose: .download, token: 2)
        served.connect(to: "127.0.0.1", port: port)
        try session.wait { $0 == .finished(token: 2) }
        #expect(waiting.status?.done == 0)

        fault.end()
        try session.wait { $0 == .finished(token: 1) }
        withExtendedLifetime(seeded) {}
    }

    private var origin: URL { temporary.url.appending(path: "origin") }

    private func seed() throws -> LoopbackSeed {
        try SampleTorrent.write(to: origin)
        return try LoopbackSeed(folder: origin)
    }

    private func download(from seed: LoopbackSeed) throws {
        _ = try Download(
            .get, TorrentParameters(#require(try MagnetLink(seed.magnet))),
            into: FilePath(destination.path),
            store: TorrentStore(temporary.path.appending("state")), configuration: .loopback
        ).run()
    }

    /// A torrent with its data in its own folder.
    private struct Published {
        let folder: FilePath
        let torrent: [UInt8]

        func parameters() throws -> TorrentParameters { try TorrentParameters(torrent: torrent) }
    }

    private func published(_ name: String) throws -> Published {
        let folder = try temporary.make(name)
        let file = folder.appending(path: "\(name).bin")
        try Data(repeating: UInt8(name.count), count: 1 << 20).write(to: file)
        let made = try Publication(path: FilePath(file.path)).makeTorrent(
            progress: { _ in }, say: { _ in })
        return Published(folder: FilePath(folder.path), torrent: try made.encoded())
    }
}
