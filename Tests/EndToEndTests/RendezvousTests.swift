import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Downloads by digest", .timeLimit(.minutes(3)))
struct RendezvousTests {
    @Test(
        "A file is downloaded by its digest from a peer in PIERDAT_PEERS, and then from that downloader"
    )
    func chain() async throws {
        let given = try await DigestArrangement()
        let first = try given.overlay("first")
        let destination = given.destination("first")
        try await given.origin.serving(given.torrent) { seed in
            var overlay = first
            overlay.environment["PIERDAT_PEERS"] = seed.address
            let ended = try await overlay.pierdat(given.digest, destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete(destination))
        #expect(
            try first.seedLines == [
                "pierdat-seed-bittorrent \(first.saved(given.torrent)) \(destination)"
            ])

        let second = given.destination("second")
        try await first.serving(given.torrent) { seed in
            var overlay = try given.overlay("second")
            overlay.environment["PIERDAT_PEERS"] = seed.address
            let ended = try await overlay.pierdat(given.digest, second.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete(second))
    }

    @Test(
        "A file is downloaded by its digest with nothing but a tracker",
        arguments: [Tracker.Transport.http, .udp])
    func tracker(transport: Tracker.Transport) async throws {
        let given = try await DigestArrangement()
        let destination = given.destination("destination")
        try await Tracker.tracking([given.torrent, given.rendezvous], in: given.folder.path) {
            tracker in
            try await given.origin.serving(given.torrent, tracker: tracker) { _ in
                var overlay = try given.overlay("next")
                overlay.environment["PIERDAT_TRACKERS"] = tracker.announce(transport)
                let ended = try await overlay.pierdat(given.digest, destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        #expect(try given.isComplete(destination))
    }

    @Test("Existing data is recorded by its digest")
    func seed() async throws {
        let given = try await DigestArrangement()
        let file = given.destination("data").appending("model.bin")
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try given.contents.write(to: URL(filePath: file.string))
        let overlay = try given.overlay("next")
        try await given.origin.serving(given.torrent) { seed in
            var overlay = overlay
            overlay.environment["PIERDAT_PEERS"] = seed.address
            let ended = try await overlay.pierdat("seed", given.digest, file.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try overlay.seedLines.count == 1)
    }

    @Test("If nobody answers, the message says what was tried, and nothing is recorded")
    func nobody() async throws {
        let given = try await DigestArrangement()
        let overlay = try given.overlay("next")
        let ended = try await overlay.pierdat(
            "--timeout", "2", given.digest, given.destination("d").string)
        #expect(ended.status == .exited(124), "\(ended)")
        #expect(ended.errors.contains("no torrent was found"))
        #expect(ended.errors.contains("no peer was found"))
        #expect(ended.errors.contains("PIERDAT_PEERS"))
        #expect(try overlay.seedLines.isEmpty)
    }

    @Test("A peer that PIERDAT_DENY forbids is not asked")
    func denied() async throws {
        let given = try await DigestArrangement()
        try await given.origin.serving(given.torrent) { seed in
            var overlay = try given.overlay("next")
            overlay.environment["PIERDAT_PEERS"] = seed.address
            overlay.environment["PIERDAT_DENY"] = "127.0.0.0/8"
            let ended = try await overlay.pierdat(
                "--timeout", "3", given.digest, given.destination("d").string)
            #expect(ended.status == .exited(124), "\(ended)")
        }
    }

    @Test("The backend's check accepts a digest")
    func check() async throws {
        let given = try await DigestArrangement()
        let ended = try await given.origin.command("pierdat-check-bittorrent", given.digest).run()
        #expect(ended.status == .exited(0), "\(ended)")
    }

    @Test("A malformed digest is reported with its mistake")
    func malformed() async throws {
        let given = try await DigestArrangement()
        let ended = try await given.origin.pierdat("sha256:abc", given.destination("d").string)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("sha256: and 64 hexadecimal digits, not 3"))
    }

    @Test("An interrupted download has no file of the final name, and resumes")
    func interrupted() async throws {
        let given = try await DigestArrangement()
        let destination = given.destination("destination")
        try await given.origin.serving(given.torrent) { seed in
            var overlay = try given.overlay("next")
            overlay.environment["PIERDAT_PEERS"] = seed.address
            var slow = overlay
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "300k"
            let command = slow.command("pierdat", given.digest, destination.string)
            let (_, ended) = try await RunningProcess.with(command) { process in
                _ = try await process.line(containing: "% of")
                try process.send(SIGTERM)
                try await process.end()
                return await process.output
            }
            #expect(ended == .exited(128 + SIGTERM))
            let file = destination.appending("model.bin").string
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(try overlay.seedLines.isEmpty)

            let again = try await overlay.pierdat(given.digest, destination.string)
            #expect(again.status == .exited(0), "\(again)")
            #expect(again.errors.contains("are there already and verified"), "\(again)")
        }
        #expect(try given.isComplete(destination))
    }
}
