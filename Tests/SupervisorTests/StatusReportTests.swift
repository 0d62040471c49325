import SeedList
import Supervisor
import Testing

@Suite("Status report")
struct StatusReportTests {
    private static let full: StatusReport = {
        var report = StatusReport(pid: 1, uptime: .milliseconds(90_500), seedList: "/etc/pier.dat")
        report.fault = "the seed list, line 3: a quote is not closed"
        report.program = "my-program --option"
        report.programPid = 7
        report.isEnding = true
        var server = StatusReport.Service(
            name: "pierdat-serve-web", state: .running(pid: 12, for: .seconds(90)))
        server.backend = "web"
        server.lineCount = 3
        server.note = "port 8080; a=b"
        server.serving = ServingReport(counts: "served=2 damaged=1", reason: "/data: a=b is gone")
        var line = StatusReport.Service(name: "sleep", state: .backingOff(for: .seconds(4)))
        line.line = "sleep 1000 'Ünïcode = ≠'"
        line.restarts = 3
        line.lastEnd = "ended with status 3"
        line.lastWords = "cannot open it: a = b"
        report.downloads = [
            .init(line: "a /b", destination: "/b", state: .complete(after: .milliseconds(1500))),
            .init(line: "c /d", destination: "/d", state: .retrying(in: .seconds(3))),
            .init(line: "e /f", destination: "/f", state: .running(pid: 9, for: .seconds(1))),
            .init(line: "g /h", destination: "/h", state: .failed(status: 73)),
            .init(line: "i /j", destination: "/j", state: .waiting),
        ]
        report.downloads[1].attempts = 2
        report.downloads[1].lastWords = "no route to host"
        report.services = [
            server, line, .init(name: "new", state: .starting),
            .init(name: "old", state: .stopping(pid: 13)),
        ]
        return report
    }()

    @Test(
        "Decoding the JSON returns the same report",
        arguments: [
            full, StatusReport(pid: 99, uptime: .zero, seedList: "/a b/etc/pier.dat"),
        ])
    func roundTrip(report: StatusReport) {
        #expect(StatusReport(json: report.json.utf8) == report)
    }

    @Test("A container is ready if it is healthy, and the JSON tells both")
    func ready() {
        var served = Self.full
        served.downloads = []
        #expect(!served.isReady && served.readinessComplaint == served.complaint)
        #expect(
            Self.full.json.contains("\"ready\":false") && Self.full.json.contains("\"notReady\":"))
        let idle = StatusReport(pid: 1, uptime: .zero, seedList: "/list")
        #expect(idle.isReady)
        var waiting = idle
        waiting.downloads = Self.full.downloads
        #expect(waiting.complaint == nil)
        #expect(waiting.readinessComplaint?.contains("no route to host") == true)
        #expect(idle.json.contains("\"ready\":true") && !idle.json.contains("notReady"))
    }

    @Test("Truncated JSON is rejected wherever it is cut")
    func cutOff() {
        let json = Array(Self.full.json.utf8)
        for length in 0..<json.count - 1 {
            #expect(StatusReport(json: json[..<length]) == nil)
        }
    }

    @Test("Unknown members of a later version are ignored")
    func later() {
        let json = StatusReport(pid: 1, uptime: .zero, seedList: "/list").json
            .replacing("\"pid\":1,", with: #""mood":{"good":[true]},"pid":1,"#)
        #expect(json.contains("mood"))
        #expect(StatusReport(json: json.utf8)?.pid == 1)
    }

    @Test("Text stays on one line whatever it contains")
    func controlCharacters() {
        var report = StatusReport(pid: 1, uptime: .zero, seedList: "/list")
        report.services = [.init(name: "evil\n\nservice=other\n\u{1b}[2J\u{85}", state: .starting)]
        let parsed = StatusReport(json: report.json.utf8)
        #expect(parsed?.services.map(\.name) == ["evil  service=other  [2J "])
        #expect(report.json.split(separator: "\n").count == 1)
    }

    @Test(
        "A running seeder that does not serve all of its lines makes the report unhealthy"
    )
    func serving() {
        var report = StatusReport(pid: 1, uptime: .zero, seedList: "/list")
        report.services = [
            .init(name: "mute", state: .running(pid: 2, for: .zero)),
            .init(name: "server", state: .running(pid: 3, for: .zero)),
        ]
        for healthy in ServingState.allCases where healthy.isHealthy {
            report.services[1].serving = ServingReport(
                counts: "\(healthy.rawValue)=2", reason: String?.none)
            #expect(report.complaint == nil, "\(healthy)")
        }
        for unhealthy in ServingState.allCases where !unhealthy.isHealthy {
            report.services[1].serving = ServingReport(
                counts: "served=5 \(unhealthy.rawValue)=3", reason: "/data: why")
            #expect(report.complaint == "server: /data: why (and 2 more)", "\(unhealthy)")
        }
        report.services[1].serving = ServingReport(
            counts: "served=5", reason: "it is not listening")
        #expect(report.complaint == "server: it is not listening")
    }

    @Test("The last output of a seeder that is not running is repeated")
    func lastWords() {
        var report = StatusReport(pid: 1, uptime: .zero, seedList: "/list")
        report.services = [.init(name: "one", state: .backingOff(for: .zero))]
        report.services[0].lastEnd = "ended with status 71"
        report.services[0].lastWords = "no thread"
        #expect(
            report.complaint
                == "one is not running: ended with status 71; its last output: no thread")
    }

    @Test("The reason for not being ready is what the download has printed last")
    func downloads() {
        var report = StatusReport(pid: 1, uptime: .zero, seedList: "/list")
        report.downloads = [.init(line: "x:y /data", destination: "/data", state: .waiting)]
        #expect(report.readinessComplaint == "the download to /data is waiting")
        report.downloads[0].state = .running(pid: 2, for: .zero)
        #expect(report.readinessComplaint == "the download to /data is running")
        report.downloads[0].lastWords = "pierdat: no route to host"
        #expect(
            report.readinessComplaint == "the download to /data is running: no route to host")
        report.downloads[0].state = .retrying(in: .seconds(3))
        #expect(
            report.readinessComplaint
                == "the download to /data failed and will be tried again: no route to host")
        report.downloads[0].state = .failed(status: 69)
        #expect(
            report.readinessComplaint
                == "the download to /data failed with exit code 69: no route to host")
    }

    @Test("The reason for being unhealthy is one line")
    func complaint() {
        var report = StatusReport(pid: 1, uptime: .zero, seedList: "/list")
        #expect(report.complaint == nil)
        report.services = [
            .init(name: "good", state: .running(pid: 2, for: .zero)),
            .init(name: "gone", state: .stopping(pid: 3)),
        ]
        #expect(report.complaint == nil)
        report.services += [
            .init(name: "one", state: .backingOff(for: .zero)),
            .init(name: "two", state: .starting),
        ]
        report.services[2].lastEnd = "ended with status 3"
        #expect(report.complaint == "one is not running: ended with status 3; 1 more unhealthy")
        report.fault = "the seed list, line 3: it is odd"
        #expect(report.complaint == report.fault)
        report.isEnding = true
        #expect(report.complaint == "pierdatd is stopping")
    }
}
