import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("Log levels")
    struct LogLevelTests {
        /// For each level, a message that more severe levels do not show: from `pierdatd`, then
        /// from a seeder.
        private static func words(_ tracker: String) -> [(level: LogLevel, words: [String])] {
            [
                (
                    .error,
                    ["error: cannot start no-such-program", "pierdat: error: not seeded: line 2 "]
                ),
                (.warning, ["warning: PIERDAT_GRACE=soon", "warning: tracker \(tracker): "]),
                (.info, ["pierdatd: seed list: 2 to start", "pierdat: listening on port "]),
                (
                    .debug,
                    ["debug: pierdat-serve-bittorrent is started", "debug: listening on 127.0.0.1"]
                ),
            ]
        }

        @Test(
            "PIERDAT_LOG filters the messages of the supervisor and the built-in seeder",
            arguments: LogLevel.allCases)
        func levels(level: LogLevel) throws {
            let site = try Site()
            let data = site.folder.path.appending("data")
            try AtomicFile.write([1, 2, 3], to: data)
            let tracker = "http://127.0.0.1:\(try FreePort.any())/announce"
            let words = Self.words(tracker)
            let published = try site.pierdat("publish", data.string, "--tracker", tracker)
            #expect(published.end == .exited(0), "\(published)")
            let lines = try site.overlay.seedLines
            try site.seed(lines + ["pierdat-seed-bittorrent x", "no-such-program"])
            var environment = site.overlay.environment
            environment["PIERDAT_LOG"] = level.rawValue
            environment["PIERDAT_GRACE"] = "soon"
            // Requests from other addresses of this machine may take half a minute to fail.
            let daemon = try site.start(
                environment: environment,
                wrapper: ["unshare", "--net", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh"])
            for (each, words) in words where each <= level {
                for word in words { try daemon.errors.line(containing: word) }
            }
            try site.status("the tracker that fails") {
                $0["pierdat-serve-bittorrent"]?.says?.contains("a tracker fails") == true
            }
            daemon.send(SIGTERM)
            try daemon.end()
            let text = try daemon.errors.end()
            for (each, words) in words where each > level {
                for word in words { #expect(!text.contains(word), "\(level)") }
            }
        }

        @Test("An invalid level is reported and means info")
        func unknown() throws {
            let site = try Site()
            let daemon = try site.start(environment: ["PIERDAT_LOG": "chatty"])
            try daemon.errors.line(containing: "warning: PIERDAT_LOG=chatty is invalid")
            try daemon.errors.line(containing: "there is nothing to seed")
        }
    }
}
