import Foundation
import LinuxSystem
import PeerFixtures
import Testing

extension Promises {
    @Suite("PIERDAT_METRICS")
    struct MetricsServerTests {
        private static let ready = "sh -c 'echo ready; exec sleep 1000'"

        @Test("The server answers /metrics, /livez and /readyz by GET and HEAD, and nothing else")
        func paths() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let (daemon, scraper) = try site.startWithMetrics(command: ["sleep", "1000"])
            try daemon.errors.line(containing: "sh: ready")
            let metrics = try scraper.get("/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.head.contains("Content-Type: text/plain; version=0.0.4"))
            #expect(metrics.body.contains("\npierdat_ready 1\n"))
            #expect(metrics.body.contains("\npierdat_program_up 1\n"))
            #expect(metrics.body.contains("\npierdat_service_up{service=\"sh\"} 1\n"))
            #expect(try scraper.get("/livez").status == 200)
            #expect(try scraper.get("/readyz").body == "ready\n")
            #expect(try scraper.get("/").status == 404)
            #expect(try scraper.get("/metrics/").status == 404)
            let head = try scraper.exchange("HEAD /metrics HTTP/1.1\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 200 ") && head.hasSuffix("\r\n\r\n"))
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "get"] {
                let answer = try scraper.exchange("\(method) /metrics HTTP/1.1\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 405 ") && answer.contains("Allow: GET, HEAD"))
            }
        }

        @Test("A client that asks for OpenMetrics gets it")
        func openMetrics() throws {
            let site = try Site()
            let (daemon, scraper) = try site.startWithMetrics()
            defer { withExtendedLifetime((site, daemon)) {} }
            let accept = "Accept: application/openmetrics-text;version=1.0.0\r\n"
            let answer = try scraper.get("/metrics", accept)
            #expect(
                answer.head.contains("Content-Type: application/openmetrics-text; version=1.0.0"))
            #expect(answer.body.hasSuffix("\n# EOF\n"))
        }

        @Test("/readyz is 503 with the reason while the container is not ready, and /livez is 200")
        func notReady() throws {
            let site = try Site()
            try site.seed("sh -c 'echo oh; exit 3'")
            let (daemon, scraper) = try site.startWithMetrics()
            try daemon.errors.line(containing: "ended with status 3")
            let answer = try scraper.get("/readyz")
            #expect(answer.status == 503)
            #expect(answer.body == "sh is not running: ended with status 3; its last output: oh\n")
            #expect(try scraper.get("/livez").status == 200)
            #expect(try scraper.get("/metrics").body.contains("\npierdat_ready 0\n"))
        }

        @Test("It listens on IPv6, and without an address on both protocols")
        func protocols() throws {
            for address in ["[::1]", ""] {
                let site = try Site()
                let (daemon, scraper) = try site.startWithMetrics(address: address)
                let python = """
                    import urllib.request, sys
                    urllib.request.urlopen('http://[::1]:\(scraper.port)/livez').read()
                    """
                let client = try Daemon(["python3", "-c", python], in: .subreaper)
                #expect(try client.end() == .exited(0), "\(address)")
                if address.isEmpty { #expect(try scraper.get("/livez").status == 200) }
                withExtendedLifetime((site, daemon)) {}
            }
        }

        @Test(
            "An invalid address is a warning, and nothing is served",
            arguments: ["no-port", "host.example:80", "1.2.3.4", "[::1]", "70000", "::1:80"])
        func invalid(address: String) throws {
            let site = try Site()
            defer { withExtendedLifetime(site) {} }
            let daemon = try site.start(
                command: ["sh", "-c", "exit 7"], environment: ["PIERDAT_METRICS": address])
            try daemon.errors.line(containing: "PIERDAT_METRICS=\(address) is invalid")
            #expect(try daemon.end() == .exited(7))
        }

        @Test("A port in use is a warning, COMMAND runs, and the port is used when it is free")
        func portTaken() throws {
            let address = try #require(ListenAddress(parsing: "127.0.0.1:0"))
            var listener: TCPListener? = try TCPListener(address, backlog: 1)
            let port = try #require(listener?.port)
            let site = try Site()
            defer { withExtendedLifetime(site) {} }
            let daemon = try site.start(
                command: ["sh", "-c", "echo runs; exec sleep 1000"],
                environment: ["PIERDAT_METRICS": "127.0.0.1:\(port)"])
            try daemon.errors.line(containing: "cannot serve metrics on 127.0.0.1:\(port): ")
            try daemon.output.line(containing: "runs")
            listener = nil
            try daemon.errors.line(containing: "metrics are served on port \(port)")
            #expect(try Scraper(port: port).get("/livez").status == 200)
        }

        @Test(
            "Clients that send nothing, half a request or garbage do not keep others from answers")
        func halfOpen() throws {
            let site = try Site()
            let (daemon, scraper) = try site.startWithMetrics()
            defer { withExtendedLifetime((site, daemon)) {} }
            var others: [TCPStream] = []
            for number in 0..<100 {
                let stream = try scraper.connect()
                if number % 2 == 1 { try? stream.send(Array("GET /metr".utf8)) }
                others.append(stream)
                if number % 10 == 0 { #expect(try scraper.get("/livez").status == 200) }
            }
            let descriptors = try FileManager.default.contentsOfDirectory(
                atPath: "/proc/\(daemon.pid)/fd"
            ).count
            #expect(descriptors < 40, "\(descriptors)")
            #expect(try scraper.exchange("\u{16}\u{3}\u{1}\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            let long = "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 9000)
            #expect(try scraper.exchange(long).hasPrefix("HTTP/1.1 431 "))
            #expect(try scraper.get("/metrics").status == 200)
            withExtendedLifetime(others) {}
        }

        @Test("Clients that do not read, and thousands of requests, do not make pierdatd grow")
        func flood() throws {
            let site = try Site()
            let (daemon, scraper) = try site.startWithMetrics()
            defer { withExtendedLifetime((site, daemon)) {} }
            for _ in 0..<100 { _ = try scraper.get("/metrics") }
            let status = ProcessStatus(pid: daemon.pid)
            let before = status.number("VmRSS")
            var silent: [TCPStream] = []
            for number in 0..<2000 {
                let stream = try scraper.connect()
                try? stream.send(Array("GET /metrics HTTP/1.1\r\n\r\n".utf8))
                if number % 10 == 0 { silent.append(stream) }
                if number % 100 == 0 { #expect(try scraper.get("/livez").status == 200) }
            }
            #expect(try scraper.get("/readyz").status == 200)
            let after = status.number("VmRSS")
            #expect(after < before + 4000, "from \(before) to \(after) kB")
            withExtendedLifetime(silent) {}
        }

        @Test("A request that does not arrive in time is answered with 408")
        func late() throws {
            let site = try Site()
            let (daemon, scraper) = try site.startWithMetrics()
            defer { withExtendedLifetime((site, daemon)) {} }
            let stream = try scraper.connect()
            try stream.send(Array("GET /met".utf8))
            #expect(try scraper.answer(on: stream).hasPrefix("HTTP/1.1 408 "))
        }

        @Test("Downloads to one folder are shown together, with their attempts and their failure")
        func downloads() throws {
            let site = try Site()
            let origin = try site.origin()
            let (daemon, scraper) = try site.startWithMetrics(
                command: ["sleep", "1000"],
                environment: origin.lines("one", "wrong 73").merging(
                    ["PIERDAT_START": "beside", "PIERDAT_GET_RETRY": "1"]) { $1 })
            defer { withExtendedLifetime((site, daemon)) {} }
            let label = "{destination=\"\(origin.destination)\"} "
            var body = ""
            try waitUntil("the download has failed: \(body)") {
                body = try scraper.get("/metrics").body
                return body.contains("\npierdat_get_failed\(label)1\n")
            }
            #expect(body.contains("\npierdat_get_complete\(label)0\n"), "\(body)")
            #expect(body.contains("\npierdat_get_attempts_total\(label)3\n"), "\(body)")
            #expect(body.contains("\npierdat_get_duration_seconds\(label)"), "\(body)")
            let durations = try (0..<2).map { _ in
                try scraper.get("/metrics").body.split(separator: "\n").filter {
                    $0.hasPrefix("pierdat_get_duration_seconds{")
                }
            }
            #expect(durations[0] == durations[1])
        }

        @Test("Numbers that a seeder reports are shown, also by pierdat status --metrics")
        func reported() throws {
            let site = try Site()
            let sender = try site.script(
                "sender",
                """
                python3 - <<'END'
                import os, socket
                client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                client.connect(os.environ['NOTIFY_SOCKET'])
                client.send(b'X_PIERDAT_METRIC=sent_bytes_total 42\\nX_PIERDAT_METRIC=depth{of="a b"} 0.5')
                END
                echo sent
                exec sleep 1000
                """)
            try site.seed(sender)
            let (daemon, scraper) = try site.startWithMetrics()
            try daemon.errors.line(containing: "sender: sent")
            var body = ""
            try waitUntil("the numbers are shown: \(body)") {
                body = try scraper.get("/metrics").body
                return body.contains("\npierdat_sent_bytes_total 42\n")
                    && body.contains("\npierdat_depth{of=\"a b\"} 0.5\n")
            }
            let answer = try site.pierdat("status", "--metrics")
            #expect(answer.end == .exited(0) && answer.errors == "")
            #expect(answer.output.contains("\npierdat_sent_bytes_total 42\n"))
            #expect(!answer.output.contains("# EOF"))
        }
    }
}
