import Glibc
import LinuxSystem
import PeerFixtures
import TestSeed
import Testing

extension Promises {
    @Suite("Soak test")
    struct SoakTests {
        private static let lines = 47

        @Test(
            "After a hundred kills at random, all seeders run again and nothing has leaked",
            .tellingSeed, arguments: Place.allCases)
        func hundredKills(place: Place) async throws {
            let site = try Site()
            try site.seed(
                try await Self.torrentLines(in: site)
                    + (0..<Self.lines).map { "sleep \(1000 + $0)" })
            let daemon = try site.start(in: place, environment: site.overlay.environment)
            try daemon.errors.line(containing: "listening on port ")
            try Self.waitForFullSet(of: daemon)
            let status = ProcessStatus(pid: daemon.pid)
            let before = (descriptors: status.descriptors.count, memory: status.number("VmRSS"))

            // The engine is also killed at fixed turns, because three failures in a row take 7 s.
            let engineTurns: Set = [10, 45, 80]
            var random = TestSeed.generator
            for turn in 0..<100 {
                let victims = daemon.children.filter { ProcessStatus(pid: $0).isAlive }
                let victim = engineTurns.contains(turn) ? try Self.engine(of: daemon) : nil
                if let pid = victim ?? victims.sorted().randomElement(using: &random) {
                    kill(pid, SIGKILL)
                }
                poll(nil, 0, CInt.random(in: 0...40, using: &random))
            }
            try Self.waitForFullSet(of: daemon)

            try waitUntil("no descriptor is left") {
                status.descriptors.count == before.descriptors
            }
            #expect(Descendants(of: daemon.pid).pids.count == 1 + Self.lines)
            #expect(status.number("VmRSS") < before.memory + 1024)
            daemon.errors.take()
            let ends = daemon.errors.text.count(of: "was killed by signal 9")
            #expect(ends >= 90)
            let family = Descendants(of: daemon.pid)
            daemon.send(SIGTERM)
            #expect(try daemon.end() == .exited(0))
            #expect(family.areGone)
        }

        /// Three torrents with their data, seeded by one engine.
        private static func torrentLines(in site: Site) async throws -> [String] {
            var lines: [String] = []
            for seed in 1...3 {
                let data = try DataSet(in: site.folder.make("origin\(seed)"), seed: UInt64(seed))
                let torrent = try await TorrentFile.make(
                    .v1, of: data, at: site.folder.path.appending("\(seed).torrent"))
                lines.append("pierdat-seed-bittorrent \(torrent.path) \(data.folder)")
            }
            return lines
        }

        /// Waits while the engine is being restarted.
        private static func engine(of daemon: Daemon) throws -> pid_t {
            var engine: pid_t?
            try waitUntil("the engine runs") {
                engine = daemon.children.first {
                    ProcessStatus(pid: $0).arguments.first == "pierdat-serve-bittorrent"
                }
                return engine != nil
            }
            return engine ?? 0
        }

        private static func waitForFullSet(of daemon: Daemon) throws {
            let full = (0..<lines).map { "sleep \(1000 + $0)" } + ["pierdat-serve-bittorrent"]
            try waitUntil("every line has its process") {
                daemon.children.map { pid in
                    let words = ProcessStatus(pid: pid).arguments
                    return words.first == "sleep" ? words.joined(separator: " ") : words.first ?? ""
                }.sorted() == full.sorted()
            }
        }
    }
}
