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

    @Test("ends a download with its error, and the next one goes on from there")
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

    @Test("ends a download of data that is there in part and cannot be read")
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

    @Test("is told by a seeder, which serves the data once it can be read again")
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
            // What another piece has come to, meanwhile, stops the check.
            if case .unreadable = event { seed.torrent.recheck() }
            return event == .checked(token: 1)
        }
        torrent.connect(to: "127.0.0.1", port: seed.port)
        try session.wait { $0 == .finished(token: 1) }
        #expect(SampleTorrent.isComplete(in: destination))
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
}
