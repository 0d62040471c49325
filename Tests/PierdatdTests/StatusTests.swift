import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("pierdat status")
    struct StatusTests {
        private static let ready = "sh -c 'echo ready; exec sleep 1000'"

        @Test("The status has each line's state, pid, restarts, uptime and last exit")
        func lines() throws {
            let site = try Site()
            try site.seed(Self.ready, "sh -c 'exit 3'", "no-such-program --option", "sleep 2000")
            let start = ContinuousClock.now
            let daemon = try site.start(command: ["sleep", "3000"])
            var status = try site.status("all that happens") {
                $0.services.map { $0.restarts > 0 } == [false, true, true, false]
                    && $0.services.allSatisfy { $0.state != "starting" }
            }
            let age = (ContinuousClock.now - start) / .seconds(1)
            #expect(status.pid == daemon.pid)
            #expect(status.uptime > 0 && status.uptime <= age)
            #expect(status.seedList == site.overlay.seedList.string)
            #expect(status.program?.command == "sleep 3000")
            #expect(daemon.children.contains(try #require(status.program?.pid)))
            #expect(status.services.map(\.name) == ["sh", "sh", "no-such-program", "sleep"])
            #expect(status.services.allSatisfy { $0.lines == 1 && $0.backend == nil })
            let ready = status.services[0]
            #expect(ready.state == "running" && ready.restarts == 0 && ready.lastExit == nil)
            #expect(ready.line == Self.ready)
            let uptime = try #require(ready.uptime)
            #expect(uptime > 0 && uptime <= age)
            #expect(status.services[1].lastExit == "ended with status 3")
            #expect(status.services[2].state == "backing off")
            #expect(status.services[2].startsIn != nil && status.services[2].pid == nil)
            #expect(status.services[2].lastExit == "there is no program no-such-program")
            kill(try #require(ready.pid), SIGKILL)
            status = try site.status("the new life") {
                $0.services[0].restarts == 1 && $0.services[0].state == "running"
            }
            #expect(status.services[0].pid != ready.pid)
            #expect(status.services[0].lastExit == "was killed by signal 9 (Killed)")
        }

        @Test("The table has a row for each line")
        func table() throws {
            let site = try Site()
            try site.seed(Self.ready, "sh -c 'exit 64'")
            let daemon = try site.start()
            try site.status("an end") { $0.services.count == 2 && $0.services[1].restarts > 0 }
            let answer = try site.pierdat("status")
            #expect(answer.end == .exited(0) && answer.errors == "")
            let rows = answer.output.split(separator: "\n")
            #expect(rows[0].hasPrefix("pierdatd (pid \(daemon.pid)) has been running for "))
            #expect(rows[1].hasPrefix("SERVICE  SEEDS "))
            #expect(rows[2].contains("running") && rows[2].contains("exec sleep 1000"))
            #expect(rows[3].contains("ended with status 64"))
            let columns = ["STATE", "PID", "UPTIME", "RESTARTS", "LAST EXIT", "SAYS"]
            #expect(columns.allSatisfy { rows[1].contains($0) } && rows.count == 5)
            #expect(rows[4] == "Unhealthy: sh is not running: ended with status 64")
        }

        @Test("Without a daemon, the status says in one sentence how to start one")
        func noDaemon() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let answer = try site.pierdat("status")
            #expect(answer.end == .exited(1) && answer.output == "")
            #expect(
                answer.errors == """
                    pierdat: pierdatd is not running: start it with 'pierdatd --background', or as the \
                    ENTRYPOINT of a container

                    """)
        }

        @Test("The status of a server has its lines, its port and damaged data")
        func server() throws {
            let site = try Site()
            let data = site.folder.path.appending("data")
            try AtomicFile.write([UInt8](repeating: 7, count: 100_000), to: data)
            let published = try site.pierdat("publish", data.string)
            #expect(published.end == .exited(0))
            let daemon = try site.start(environment: site.overlay.environment)
            let listening = try daemon.errors.line(containing: "listening on port ")
            let port = try #require(listening.split(separator: " ").last)
            let status = try site.status("the port") {
                $0.services[0].says?.contains("port") == true
            }
            let server = try #require(status["pierdat-serve-bittorrent"])
            #expect(server.backend == "bittorrent" && server.lines == 1 && server.line == nil)
            #expect(server.says == "port \(port); 1 torrent")
            #expect(server.serving?.filter { $0.value > 0 } == ["served": 1])

            try AtomicFile.write([UInt8](repeating: 8, count: 100_000), to: data)
            let magnet = try #require(
                published.output.split(separator: "\n").first { $0.hasPrefix("magnet: ") })
            let downloader = try Daemon(
                [
                    site.overlay.prefix.appending("usr/bin/pierdat").string,
                    magnet.dropFirst("magnet: ".count) + "&x.pe=127.0.0.1:\(port)",
                    site.folder.path.appending("copy").string,
                ], in: .subreaper, environment: site.overlay.environment)
            try site.status("the damage") {
                $0.services[0].says == "port \(port); 1 torrent, 1 of them unhealthy"
            }
            try site.becomesIll("\(data): 97.7 KiB of 97.7 KiB on disk are corrupt or missing")
            downloader.send(SIGTERM)
            try downloader.end()
        }

        @Test("The status hides the user information of URLs in all lines and commands")
        func userInformation() throws {
            let site = try Site()
            let url = "http://user:s3cret@h/"
            try site.seed(
                try site.notifier("seeder", "STATUS=announces to \(url)") + " \(url)",
                "sh -c 'echo cannot reach \(url); exit 3' \(url)", "'\(url)' unfinished '")
            let daemon = try site.start(command: ["sh", "-c", "exec sleep 1000", url])
            #expect(try daemon.errors.line(containing: "sh: ") == "sh: cannot reach http://***@h/")
            let status = try site.status("what they have said") {
                $0.services.contains { $0.says != nil }
                    && $0.services.contains { $0.lastWords != nil }
            }
            #expect(status.services[0].says == "announces to http://***@h/")
            #expect(status.services[1].lastWords == "cannot reach http://***@h/")
            #expect(status.program?.command == "sh -c exec sleep 1000 http://***@h/")
            for answer in [
                try site.pierdat("status"), try site.pierdat("status", "--json"),
                try site.pierdat("health"),
            ] {
                #expect(!(answer.output + answer.errors).contains("s3cret"), "\(answer)")
            }
            daemon.send(SIGTERM)
            try daemon.end()
            #expect(try !daemon.errors.end().contains("s3cret"))
        }

        @Test("The command ends within 5 seconds even if nobody reads its output")
        func blockedOutput() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let daemon = try site.start()
            try daemon.errors.line(containing: "sh: ready")
            let output = try LinuxSystem.Pipe()
            let junk = [UInt8](repeating: 0, count: 4096)
            _ = fcntl(output.writingEnd.rawValue, F_SETFL, O_NONBLOCK)
            while write(output.writingEnd.rawValue, junk, junk.count) > 0 {}
            _ = fcntl(output.writingEnd.rawValue, F_SETFL, 0)
            let program = site.overlay.prefix.appending("usr/bin/pierdat").string
            let asked = try Daemon(
                [program, "status"], in: .subreaper, output: output.writingEnd.rawValue)
            #expect(try asked.end() == .exited(1))
            #expect(try asked.errors.end() == "pierdat: pierdatd did not answer within 5 seconds\n")
        }

        @Test(
            "A daemon of another user is reported even without a socket or permission to inspect it"
        )
        func anotherUser() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let daemon = try site.start(
                wrapper: ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
            try daemon.errors.line(containing: "sh: ready")
            for command in ["status", "health"] {
                let answer = try site.pierdat(
                    command,
                    wrapper: ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"])
                #expect(answer.end == .exited(1))
                #expect(
                    answer.errors.hasPrefix(
                        "pierdat: pierdatd runs (pid \(daemon.pid), as user 65534), but could not create"
                    ), "\(answer)")
            }
        }

        @Test("The daemon of another user in a container is not taken for that of its host")
        func inContainer() throws {
            let inside = try Site()
            try inside.seed(Self.ready)
            let daemon = try inside.start(
                in: .pid1,
                wrapper: ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
            try daemon.errors.line(containing: "sh: ready")
            let answer = try Site().pierdat(
                "status",
                wrapper: ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"])
            #expect(answer.end == .exited(1))
            #expect(!answer.errors.contains("\(daemon.pid)"), "\(answer)")
        }

        @Test("The status has the message of each seeder until it ends")
        func notes() throws {
            let site = try Site()
            let script = try site.notifier("seeder", "READY=1\nSTATUS=one\ttwo\nSTATUS=three\tfour")
            try site.seed(script)
            let daemon = try site.start()
            let status = try site.status("the note") { $0.services.first?.says != nil }
            #expect(status.pid == daemon.pid)
            #expect(status.services[0].says == "three four")
            kill(try #require(status.services[0].pid), SIGKILL)
            try site.status("no note of the dead") {
                $0.services[0].state == "backing off" && $0.services[0].says == nil
            }
            daemon.send(SIGTERM)
        }

        @Test("Messages about a seeder from other processes are ignored")
        func strangers() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let daemon = try site.start()
            try daemon.errors.line(containing: "sh: ready")
            let address = try #require(
                UnixSocketAddress(path: site.runFolder.appending("notify.sock").string))
            try UnixSocket(.datagram).send(Array("STATUS=lies".utf8), to: address)
            #expect(try site.status().services[0].says == nil)
        }
    }
}

extension Site {
    /// A seeder that sends `message` to NOTIFY_SOCKET and keeps running.
    func notifier(_ name: String, _ message: String) throws -> String {
        let path = folder.path.appending(name)
        let text = """
            #!/usr/bin/python3
            import os, socket, time
            sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            sender.sendto(\(String(reflecting: message)).encode(), os.environ["NOTIFY_SOCKET"])
            time.sleep(1000)

            """
        try Script.write(text, to: path)
        return path.string
    }
}
