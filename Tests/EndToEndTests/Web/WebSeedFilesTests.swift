import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Web seeds with missing or wrong files", .timeLimit(.minutes(5)))
struct WebSeedFilesTests {
    @Test("A missing file is reported with its status, and the other files are downloaded")
    func missing() async throws {
        let given = try await TenFiles()
        try FileManager.default.removeItem(atPath: given.onServer(3).string)
        try await given.expectAll(but: [3, 6], forbidden: ["6.bin"]) { ended, url in
            for (number, words) in [(3, "404 Not Found"), (6, "403 Forbidden")] {
                let line = "web seed \(url): ten/\(number).bin: \(words)"
                #expect(ended.errors.contains("pierdat: \(line)\n"), "\(ended)")
                #expect(ended.lastReport(of: url)?.contains("ten/\(number).bin: \(words)") == true)
            }
        }
    }

    @Test("A changed file is reported, and the other files are downloaded")
    func changed() async throws {
        let given = try await TenFiles()
        try given.change(5)
        try await given.expectAll(but: [5]) { ended, url in
            let words = "ten/5.bin: its data does not match the torrent; has the file changed?"
            #expect(ended.lastReport(of: url)?.contains(words) == true, "\(ended)")
            #expect(!ended.errors.contains("is banned"), "\(ended)")
        }
    }

    @Test("A file with another length is reported, and the other files are downloaded")
    func otherLength() async throws {
        let given = try await TenFiles()
        try Data(contentsOf: URL(filePath: given.onServer(2).string)).prefix(100_000)
            .write(to: URL(filePath: given.onServer(2).string))
        try Data().write(to: URL(filePath: given.onServer(7).string))
        try await given.expectAll(but: [2, 7]) { ended, url in
            // In the order in which they were requested.
            let orders = ["ten/2.bin, ten/7.bin", "ten/7.bin, ten/2.bin"]
            let report = try #require(ended.lastReport(of: url))
            #expect(
                orders.contains { report.contains("\($0): it sent other bytes") }, "\(ended)")
        }
    }

    @Test("Web seeds with different missing or changed files together provide all of the data")
    func two() async throws {
        let given = try await TenFiles()
        let whole = try given.folder.make("whole")
        try FileManager.default.copyItem(
            atPath: given.served.appending("ten").string, toPath: whole.appending("ten").string)
        try FileManager.default.removeItem(atPath: whole.appending("ten/0.bin").string)
        try FileManager.default.removeItem(atPath: given.onServer(3).string)
        try given.change(5)
        try await WebServer.serving(whole, state: given.folder.make("nginx of the whole")) {
            other in
            try await given.served(with: [other.url]) { ended, _ in
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.wrongFiles == [])
    }

    @Test("Missing files come from a peer, and all others from the web seed at the same time")
    func peer() async throws {
        let given = try await TenFiles()
        try FileManager.default.removeItem(atPath: given.onServer(3).string)
        let job = LibtorrentPeer.Job(given.torrent.path.string, in: given.origin)
        try await LibtorrentPeer.running([job], on: .loopback) { peer in
            try await given.served(peer: peer.address) { ended, _ in
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.wrongFiles == [])
    }
}

/// A torrent of ten files with more than one piece and no whole number of pieces, and a folder for
/// a web server.
private struct TenFiles: Sendable {
    let folder: TemporaryFolder
    let overlay: Overlay
    let origin: FilePath
    let served: FilePath
    let torrent: TorrentFile
    let destination: FilePath

    init() async throws {
        folder = try TemporaryFolder()
        overlay = try Overlay(folder.path.appending("overlay"))
        destination = folder.path.appending("destination")
        origin = try folder.make("origin")
        served = try folder.make("served")
        let root = origin.appending("ten")
        try FileManager.default.createDirectory(
            atPath: root.string, withIntermediateDirectories: true)
        for number in 0..<10 {
            let bytes = (0..<200_000).map {
                UInt8(truncatingIfNeeded: ($0 / 256) &* 31 &+ $0 &+ number * 7)
            }
            try Data(bytes).write(to: URL(filePath: root.appending("\(number).bin").string))
        }
        torrent = try await TorrentFile.make(
            .hybrid, of: root, at: folder.path.appending("ten.torrent"), pieceSize: 16_384)
        try FileManager.default.copyItem(
            atPath: root.string, toPath: served.appending("ten").string)
    }

    func onServer(_ number: Int) -> FilePath { served.appending("ten/\(number).bin") }

    /// Changes a file but keeps its length.
    func change(_ number: Int) throws {
        let file = URL(filePath: onServer(number).string)
        try Data(Data(contentsOf: file).map { ~$0 }).write(to: file)
    }

    /// The numbers of the files that are wrong or missing at the destination.
    var wrongFiles: [Int] {
        get throws {
            (0..<10).filter { number in
                !FileManager.default.contentsEqual(
                    atPath: origin.appending("ten/\(number).bin").string,
                    andPath: destination.appending("ten/\(number).bin").string)
            }
        }
    }

    /// Downloads the data from a web server and other sources, if any.
    func served(
        with others: [String] = [], peer: String? = nil, forbidden: [String] = [],
        _ body: @Sendable (Ended, _ url: String) async throws -> Void
    ) async throws {
        try await WebServer.serving(
            served, state: folder.make("nginx"), forbidden: forbidden
        ) { server in
            let seeded = try torrent.seeded(
                by: [server.url] + others, at: folder.path.appending("web.torrent"))
            var overlay = overlay
            overlay.environment["PIERDAT_PEERS"] = peer
            let ended = try await overlay.pierdat(
                "--stall-timeout", others.isEmpty && peer == nil ? "8" : "60", "--backend",
                "bittorrent", seeded.path.string, destination.string)
            try await body(ended, server.url)
        }
    }

    /// Expects all files except `wrong` from a web server. These are requested repeatedly in vain.
    func expectAll(
        but wrong: [Int], forbidden: [String] = [],
        _ body: @Sendable (Ended, _ url: String) async throws -> Void
    ) async throws {
        try await served(forbidden: forbidden) { ended, url in
            #expect(ended.status == .exited(124), "\(ended)")
            try await body(ended, url)
        }
        #expect(try wrongFiles == wrong)
    }
}

extension Ended {
    /// The last report about a web seed.
    fileprivate func lastReport(of url: String) -> Substring? {
        errors.split(separator: "\n").last { $0.hasPrefix("  web seed \(url): ") }
    }
}
