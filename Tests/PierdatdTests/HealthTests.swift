import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("pierdat health")
    struct HealthTests {
        @Test("It is healthy only if everything runs, otherwise it prints one line with the reason")
        func health() throws {
            let site = try Site()
            try expectIll(site, "pierdatd is not running: start it with")
            try site.seed("sh -c 'echo ready; exec sleep 1000'")
            let daemon = try site.start()
            try daemon.errors.line(containing: "sh: ready")
            try expectWell(site)

            try site.seed("sh -c 'echo ready; exec sleep 1000'", "sh -c 'exit 3'")
            try daemon.errors.line(containing: "ended with status 3")
            try site.status("the end") { !$0.healthy }
            try expectIll(site, "sh is not running: ended with status 3")
            try expectIll(site, "sh is not running: ended with status 3", "--ready")

            try site.seed("sh -c 'echo ready; exec sleep 1000'")
            try site.status("one line") { $0.services.count == 1 }
            try expectWell(site)
            try expectWell(site, "--ready")

            try site.seed("sh -c 'echo ready; exec sleep 1000'", "sh 'without an end")
            try daemon.errors.line(containing: "line 2: ")
            try expectIll(site, "the seed list, line 2: ")
        }

        @Test("It is healthy if there is nothing to seed")
        func nothing() throws {
            let site = try Site()
            let daemon = try site.start()
            try daemon.errors.line(containing: "there is nothing to seed")
            try expectWell(site)
        }

        @Test("It is unhealthy if pierdatd hangs, and reports that in time")
        func hanging() throws {
            let site = try Site()
            let daemon = try site.start()
            try daemon.errors.line(containing: "there is nothing to seed")
            daemon.send(SIGSTOP)
            try waitUntil("it is stopped") { ProcessStatus(pid: daemon.pid)["State"]?.first == "T" }
            try expectIll(site, "pierdatd does not answer")
            let address = try #require(SocketFolder(site.runFolder).address(of: "pierdatd.sock"))
            var clients: [UnixSocket] = []
            // Until the backlog is full.
            while let client = try? UnixSocket(.stream), (try? client.connect(to: address)) != nil {
                clients.append(client)
            }
            try expectIll(site, "pierdatd does not answer")
            clients = []
            daemon.send(SIGCONT)
            try expectWell(site)
        }

        private func expectWell(_ site: Site, _ option: String? = nil) throws {
            let answer = try ask(site, option)
            #expect(answer.end == .exited(0) && answer.output == "" && answer.errors == "")
        }

        private func ask(_ site: Site, _ option: String?) throws -> Answer {
            try option.map { try site.pierdat("health", $0) } ?? site.pierdat("health")
        }

        private func expectIll(_ site: Site, _ words: String, _ option: String? = nil) throws {
            let answer = try ask(site, option)
            #expect(answer.end == .exited(1) && answer.output == "")
            #expect(answer.errors.hasPrefix("pierdat: \(words)"))
            #expect(answer.errors.split(separator: "\n").count == 1)
        }
    }
}
