import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("PIERDAT_LOG_FORMAT=json")
    struct JSONLogTests {
        private struct Record: Decodable {
            let time: String
            let level: String
            let component: String
            let torrent: String?
            let event: String
        }

        @Test("Each line is a JSON object with the time, level, component and event")
        func records() throws {
            let site = try Site()
            try site.seed("sh -c 'echo ready; exec sleep 1000'", "sh -c 'exit 3'")
            let daemon = try site.start(environment: ["PIERDAT_LOG_FORMAT": "json"])
            try daemon.errors.line(containing: "ended with status 3")
            try daemon.errors.line(containing: "ready")
            daemon.send(SIGTERM)
            let records = try parse(daemon.errors.end())
            for record in records {
                #expect(record.time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            }
            let ready = try #require(records.first { $0.event == "ready" })
            #expect(ready.component == "sh" && ready.level == "info" && ready.torrent == nil)
            let end = try #require(records.first { $0.event.contains("ended with status 3") })
            #expect(end.component == "pierdatd" && end.level == "warning")
        }

        @Test("Output of a seeder that is hostile or no UTF-8 stays one valid line of JSON")
        func hostileOutput() throws {
            let site = try Site()
            let seeder = try site.script(
                "hostile",
                #"""
                printf 'a "quoted" \\ back\033[2J\001 \377\376 \342\200\250 end\n'
                printf '{"time":"x","level":"info","component":"c","event":"\n'
                printf '{"a":1}\n'
                printf '{"time":"t","level":"info","component":"mine","event":"own"}\n'
                printf 'http://user:secret@host/\n'
                echo over
                exec sleep 1000
                """#)
            try site.seed(seeder)
            let daemon = try site.start(environment: ["PIERDAT_LOG_FORMAT": "json"])
            try daemon.errors.line(containing: "over")
            daemon.send(SIGTERM)
            let text = try daemon.errors.end()
            #expect(!text.contains("secret") && !text.utf8.contains(0x1b))
            let records = try parse(text)
            let wrapped = records.filter { $0.component == "hostile" }.map(\.event)
            #expect(
                wrapped.contains("a \"quoted\" \\ back\u{1b}[2J\u{1} \u{fffd}\u{fffd} \u{2028} end")
            )
            #expect(wrapped.contains("{\"a\":1}"))
            #expect(
                wrapped.contains(
                    "{\"time\":\"x\",\"level\":\"info\",\"component\":\"c\",\"event\":\""))
            #expect(records.contains { $0.component == "mine" && $0.event == "own" })
        }

        @Test(
            "The built-in seeder writes records of its own, with the info-hash of a hostile torrent"
        )
        func hostileTorrent() throws {
            let site = try Site()
            let data = site.folder.path.appending("a \"b\" \\ \u{1}\u{202e}\u{1b}[31m ü")
            try Folder.make(data)
            let file = data.appending("file")
            try AtomicFile.write([UInt8](repeating: 7, count: 100_000), to: file)
            let published = try site.pierdat("publish", data.string)
            #expect(published.end == .exited(0), "\(published)")
            try FileManager.default.removeItem(atPath: file.string)
            let daemon = try site.start(environment: [
                "PIERDAT_LOG_FORMAT": "json", "PIERDAT_PORT": "0", "PIERDAT_DHT": "off",
                "PIERDAT_LSD": "off",
            ])
            try daemon.errors.line(containing: "No such file or directory")
            try daemon.errors.line(containing: "listening on port")
            daemon.send(SIGTERM)
            let text = try daemon.errors.end()
            let records = try parse(text)
            let missing = try #require(records.first { $0.torrent != nil })
            #expect(missing.level == "error" && missing.component == "pierdat-serve-bittorrent")
            #expect(missing.torrent?.wholeMatch(of: /[0-9a-f]{40}/) != nil)
            #expect(try python(text).end == .exited(0))
        }

        @Test("An unknown format is a warning, and the log is text")
        func unknown() throws {
            let site = try Site()
            defer { withExtendedLifetime(site) {} }
            let daemon = try site.start(environment: ["PIERDAT_LOG_FORMAT": "xml"])
            try daemon.errors.line(
                containing: "pierdatd: warning: PIERDAT_LOG_FORMAT=xml is invalid")
        }

        private func parse(_ text: String) throws -> [Record] {
            try text.split(separator: "\n").map {
                try JSONDecoder().decode(Record.self, from: Data($0.utf8))
            }
        }

        /// Parses the log as another program does.
        private func python(_ text: String) throws -> Answer {
            let folder = try TemporaryFolder()
            let path = folder.path.appending("log")
            try AtomicFile.write(Array(text.utf8), to: path)
            let program =
                "import json, sys; [json.loads(l) for l in open(sys.argv[1], encoding='utf-8')]"
            let run = try Daemon(["python3", "-c", program, path.string], in: .subreaper)
            let output = try run.output.end()
            return Answer(end: try run.end(), output: output, errors: try run.errors.end())
        }
    }
}
