import Metrics
import Testing

@testable import Supervisor

@Suite("Metrics")
struct MetricsTests {
    @Test(
        "A number is read from its line and written back",
        arguments: [
            "sent_bytes_total 12", "dht_nodes 0.25", "balance -3",
            #"tracker_up{tracker="udp://t.example:6969"} 1"#,
            #"peers{direction="in",transport="tcp"} 7"#,
            #"torrent_size_bytes{name="a \"quoted\" back\\slash, {brace} = ü"} 1"#,
        ])
    func lines(line: String) {
        #expect(MetricSample(line: line.utf8)?.text == line)
    }

    @Test("The same labels in another order are the same number")
    func order() {
        let one = MetricSample(line: #"peers{transport="tcp",direction="in"} 7"#.utf8)
        #expect(one != nil)
        #expect(one == MetricSample(line: #"peers{direction="in",transport="tcp"} 7"#.utf8))
    }

    @Test(
        "A malformed line is ignored",
        arguments: [
            "", "12", "name", "name ", "name twelve", "name nan", "name inf", "name 0x10",
            "Name 1", "_name 1", "name2 1", "na-me 1", " name 1", "name{ 1", "name{} 1",
            #"name{label=1} 1"#, #"name{label="} 1"#, #"name{label="a"1"#, #"name{a="1",a="2"} 1"#,
            #"name{a="1",b="1",c="1",d="1",e="1"} 1"#, #"name{label="a\"} 1"#,
            String(repeating: "n", count: 65) + " 1",
            "name{label=\"\(String(repeating: "v", count: 257))\"} 1",
        ])
    func malformed(line: String) {
        #expect(MetricSample(line: line.utf8) == nil)
    }

    @Test("A label's value has no control characters and is valid UTF-8")
    func hostileLabel() throws {
        let line = Array(#"name{label="a\n"#.utf8) + [0x1b, 0xff] + Array(#"b"} 1"#.utf8)
        let sample = try #require(MetricSample(line: line))
        #expect(sample.key.labels[0].value == "a  \u{fffd}b")
    }

    @Test("Numbers in several datagrams replace all earlier ones at once")
    func datagrams() {
        let many = (0..<500).map { number in
            MetricSample("torrent_size_bytes", "name", "torrent \(number)", Double(number))
        }
        let datagrams = MetricReport.datagrams(many)
        #expect(datagrams.count > 3)
        #expect(datagrams.allSatisfy { $0.utf8.count <= MetricReport.longestDatagram })
        var report = MetricReport()
        report.take(["X_PIERDAT_METRIC=old_number 1"])
        for datagram in datagrams.dropLast() {
            report.take(datagram.split(separator: "\n"))
            #expect(report.numbers == [MetricSample.Key("old_number"): 1])
        }
        report.take(datagrams[datagrams.count - 1].split(separator: "\n"))
        #expect(report.numbers.count == 500)
    }

    @Test(
        "A report arrives completely whatever the length of its lines",
        arguments: 1...120)
    func fullDatagram(length: Int) {
        let samples = (0..<40).map { number in
            MetricSample("name", "label", String(repeating: "x", count: length) + "\(number)", 1)
        }
        var report = MetricReport()
        for datagram in MetricReport.datagrams(samples) {
            #expect(datagram.utf8.count <= MetricReport.longestDatagram)
            report.take(datagram.split(separator: "\n"))
        }
        #expect(report.numbers.count == 40)
    }

    @Test("A program cannot report more than 2000 numbers, those of pierdatd, or a false histogram")
    func limits() {
        var report = MetricReport()
        for number in 0..<3000 {
            report.take(["X_PIERDAT_METRIC=number{label=\"\(number)\"} 1"])
        }
        #expect(report.numbers.count == MetricReport.most)
        var other = MetricReport()
        for line in [
            "ready 1", "torrents{state=\"served\"} 9", "other_bucket{le=\"1\"} 1", "other_sum 1",
            "other_info 1", "other_total -1", "hash_failures 1", "disk_job_duration_seconds 1",
            "other{le=\"1\"} 1", #"disk_job_duration_seconds_bucket{le="3"} 1"#,
            #"disk_job_duration_seconds_bucket{disk="a",le="0.5"} 1"#,
            #"disk_job_duration_seconds_sum{disk="a"} 1"#, "get_failed 1",
            "get_last_success_timestamp_seconds 1", #"get_stalled{destination="/a"} 1"#,
        ] {
            other.take(["X_PIERDAT_METRIC=\(line)"])
        }
        #expect(other.numbers.isEmpty)
    }

    @Test("When a program ends, its counters stay and its other numbers go")
    func ended() {
        var report = MetricReport()
        report.take(["X_PIERDAT_METRIC=sent_bytes_total 5", "X_PIERDAT_METRIC=dht_nodes 7"])
        var past = MetricReport()
        past.keepCounters(of: report)
        past.keepCounters(of: report)
        #expect(past.numbers == [MetricSample.Key("sent_bytes_total"): 10])
    }

    @Test("The size of the cache stays when a program ends, and the latest one counts")
    func cache() {
        var past = MetricReport()
        for bytes in [9, 5] {
            var report = MetricReport()
            report.take(["X_PIERDAT_METRIC=cache_bytes \(bytes)"])
            past.keepCounters(of: report)
        }
        #expect(past.numbers == [MetricSample.Key("cache_bytes"): 5])
    }

    @Test("The text has a type and a help for each family, in the format that was asked for")
    func exposition() {
        let families = MetricFamily.families(of: [
            .init("sent_bytes_total"): 1024, .init("dht_nodes"): 2.5,
            .init("disk_job_duration_seconds_bucket", [.init("le", "+Inf")]): 3,
            .init("disk_job_duration_seconds_bucket", [.init("le", "0.5")]): 2,
            .init("disk_job_duration_seconds_sum"): 4, .init("disk_job_duration_seconds_count"): 3,
            .init("of_a_stranger", [.init("label", "a\"\\\nb")]): 1,
        ])
        let common = """
            # HELP pierdat_dht_nodes Nodes in the routing table of the DHT.
            # TYPE pierdat_dht_nodes gauge
            pierdat_dht_nodes 2.5
            # HELP pierdat_disk_job_duration_seconds How long each job of the disk threads took.
            # TYPE pierdat_disk_job_duration_seconds histogram
            pierdat_disk_job_duration_seconds_bucket{le="0.5"} 2
            pierdat_disk_job_duration_seconds_bucket{le="+Inf"} 3
            pierdat_disk_job_duration_seconds_count 3
            pierdat_disk_job_duration_seconds_sum 4
            # HELP pierdat_of_a_stranger Reported by a backend.
            # TYPE pierdat_of_a_stranger gauge
            pierdat_of_a_stranger{label="a\\"\\\\\\nb"} 1

            """
        #expect(
            Exposition.prometheus.text(families) == common + """
                # HELP pierdat_sent_bytes_total Bytes of data sent to peers.
                # TYPE pierdat_sent_bytes_total counter
                pierdat_sent_bytes_total 1024

                """)
        #expect(
            Exposition.openMetrics.text(families) == common + """
                # HELP pierdat_sent_bytes Bytes of data sent to peers.
                # TYPE pierdat_sent_bytes counter
                pierdat_sent_bytes_total 1024
                # EOF

                """)
    }

    @Test("A gauge cannot take the name of a counter's family")
    func clash() {
        let families = MetricFamily.families(of: [.init("thing"): 1, .init("thing_total"): 2])
        #expect(Exposition.openMetrics.text(families).split(separator: "\n").count == 4)
    }

    @Test(
        "The head of a request is parsed strictly",
        arguments: [
            ("GET /metrics HTTP/1.1\r\n\r\n", "/metrics"),
            ("GET /metrics?name=x HTTP/1.0\n\n", "/metrics"),
            ("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nbody", "/"),
        ])
    func requests(text: String, path: String) {
        let request = HTTPRequest.parse(Array(text.utf8))
        guard case .request(let parsed) = request else {
            Issue.record("\(request)")
            return
        }
        #expect(parsed.method == .get && parsed.path == path && parsed.format == .prometheus)
    }

    @Test("A client that accepts OpenMetrics gets it")
    func openMetrics() {
        let text = """
            HEAD /metrics HTTP/1.1\r
            accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1\r
            \r

            """
        guard case .request(let request) = HTTPRequest.parse(Array(text.utf8)) else {
            Issue.record("not a request")
            return
        }
        #expect(request.method == .head && request.format == .openMetrics)
    }

    @Test(
        "A malformed head is refused",
        arguments: [
            "GET\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
            "GET / HTTP/1.1 x\r\n\r\n", "GET http://host/ HTTP/1.1\r\n\r\n", " / HTTP/1.1\r\n\r\n",
            "GET /\u{1b} HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\n\n",
        ])
    func malformedRequests(text: String) {
        #expect(HTTPRequest.parse(Array(text.utf8)) == .malformed)
    }

    @Test("A head that does not end within 8 KiB is too long, a shorter one incomplete")
    func longRequests() {
        let line = Array("GET / HTTP/1.1\r\n".utf8)
        #expect(HTTPRequest.parse(line) == .incomplete)
        #expect(HTTPRequest.parse(line + [UInt8](repeating: 65, count: 8000)) == .incomplete)
        #expect(HTTPRequest.parse(line + [UInt8](repeating: 65, count: 9000)) == .tooLong)
    }
}
