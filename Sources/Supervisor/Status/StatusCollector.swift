import Glibc
import Metrics
import SeedList
import SystemPackage

/// Collects the status of `pierdatd` and its children.
final class StatusCollector {
    private let children: Children
    private let downloads: Downloads?
    private let seedList: FilePath
    private let clock: SuspendingClock
    private let start: SuspendingClock.Instant
    /// The problem with the seed list, if any.
    var fault: String?
    var program: (words: [String], pid: pid_t)?
    var isEnding = false
    private let process = ProcessFigures()

    /// The maximum length in bytes of a command or a seed line in the report.
    private static let longestWords = 1024

    init(
        _ children: Children, downloads: Downloads?, seedList: FilePath, clock: SuspendingClock
    ) {
        self.children = children
        self.downloads = downloads
        self.seedList = seedList
        self.clock = clock
        start = clock.now
    }

    /// The current status.
    var report: StatusReport {
        let now = clock.now
        var report = StatusReport(
            pid: getpid(), uptime: start.duration(to: now), seedList: seedList.string)
        report.fault = fault
        report.isEnding = isEnding
        report.program = program.map { Self.shortened($0.words.joined(separator: " ")) }
        report.programPid = program?.pid
        report.downloads = downloads?.report ?? []
        report.services = children.all.map { Self.service($0, at: now) }
        return report
    }

    /// The current metrics as text.
    func metrics(_ format: Exposition) -> String {
        var reported = MetricReport()
        if let downloads {
            reported.add(downloads.note.metrics)
            reported.add(downloads.pastMetrics)
        }
        for child in children.all { reported.add(child.note.metrics) }
        reported.add(children.pastMetrics)
        return MetricsPage(report, reported: reported, process: process).text(format)
    }

    /// The answer to a request by HTTP.
    func answer(_ request: HTTPRequest) -> HTTPResponse {
        switch request.path {
        case "/metrics":
            var response = HTTPResponse.plain(200, "OK", "")
            response.mediaType = request.format.mediaType
            response.body = metrics(request.format)
            return response
        case "/livez": return .plain(200, "OK", "pierdatd runs")
        case "/readyz":
            guard let complaint = report.readinessComplaint else {
                return .plain(200, "OK", "ready")
            }
            return .plain(503, "Service Unavailable", complaint.shown)
        default: return .notFound
        }
    }

    /// The current status as one line for a service manager. It changes only when a child's state
    /// does.
    var summary: String {
        if isEnding { return "ending" }
        if let downloads, !downloads.areComplete { return downloads.summary }
        let all = children.all.count { $0.isWanted }
        let running = children.all.count { $0.isWanted && $0.isRunning }
        let complaint = children.all.lazy.filter(\.isWanted).compactMap(\.note.serving?.complaint)
            .first
        if fault == nil, running == all, let complaint {
            return "not everything is served: \(complaint)"
        }
        if let fault { return "\(running) of \(all) seeders run; \(fault)" }
        switch (running, all) {
        case (_, 0): return "nothing to seed"
        case (1, 1): return "1 seeder runs"
        case (all, _): return "\(all) seeders run"
        default: return "\(running) of \(all) seeders run"
        }
    }

    private static func service(
        _ child: SupervisedChild, at now: SuspendingClock.Instant
    ) -> StatusReport.Service {
        var service = StatusReport.Service(
            name: child.service.name, state: state(of: child, at: now))
        service.backend = child.service.backend
        service.lineCount = child.lines.count
        if case .line(let line) = child.service { service.line = shortened(line.text) }
        service.restarts = child.history.restarts
        service.lastEnd = child.lastEnd?.description
        service.lastWords = child.lastEnd?.lastWords
        service.note = child.note.status
        service.serving = child.note.serving
        return service
    }

    private static func state(
        of child: SupervisedChild, at now: SuspendingClock.Instant
    ) -> StatusReport.Service.State {
        switch child.state {
        case .waiting(let time), .clearing(let time):
            child.history.restarts == 0
                ? .starting : .backingOff(for: max(.zero, now.duration(to: time)))
        case .running(let pid, let since): .running(pid: pid, for: since.duration(to: now))
        case .stopping(let pid, _): .stopping(pid: pid)
        }
    }

    private static func shortened(_ words: String) -> String {
        words.utf8.count <= longestWords ? words : words.prefix(longestWords / 4) + "…"
    }
}

extension SupervisedChild {
    fileprivate var isRunning: Bool {
        if case .running = state { true } else { false }
    }
}
