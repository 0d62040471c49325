import Supervisor

/// Formats a status report for people.
struct StatusTable {
    private static let headings = [
        "SERVICE", "SEEDS", "STATE", "PID", "UPTIME", "RESTARTS", "LAST EXIT", "SAYS",
    ]
    /// The maximum length of a seed line in characters.
    private static let longestLine = 60

    let text: String

    init(_ report: StatusReport) {
        text =
            Self.heading(report) + Self.table(report.downloads) + Self.table(report.services)
            + Self.verdict(report)
    }

    private static func verdict(_ report: StatusReport) -> String {
        report.complaint.map { "\nUnhealthy: \($0)\n" } ?? ""
    }

    private static func heading(_ report: StatusReport) -> String {
        var text = "pierdatd (pid \(report.pid)) has been running for \(report.uptime.inWords)"
        if report.isEnding { text += " and is stopping" }
        if let program = report.program, let pid = report.programPid {
            text += ", with \(program.shortened(to: longestLine)) (pid \(pid))"
        }
        text += ".\n"
        if let fault = report.fault { text += "Not everything on the seed list runs: \(fault).\n" }
        if report.services.isEmpty, report.downloads.allSatisfy({ $0.complaint == nil }) {
            text += "There is nothing to seed: see \(report.seedList).\n"
        }
        return text
    }

    private static func table(_ services: [StatusReport.Service]) -> String {
        guard !services.isEmpty else { return "" }
        return columns([headings] + services.map(row))
    }

    private static func table(_ downloads: [StatusReport.Download]) -> String {
        guard !downloads.isEmpty else { return "" }
        return columns(
            [["DOWNLOAD", "INTO", "STATE", "PID", "ATTEMPTS", "LAST OUTPUT"]] + downloads.map(row))
    }

    private static func columns(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        let lines = rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return line[...(line.lastIndex { $0 != " " } ?? line.startIndex)] + "\n"
        }
        return "\n" + lines.joined()
    }

    private static func row(_ download: StatusReport.Download) -> [String] {
        let (state, pid): (String, String) =
            switch download.state {
            case .waiting: ("waiting", "-")
            case .running(let pid, let time): ("running for \(time.inWords)", "\(pid)")
            case .retrying(let time): ("tries again in \(time.inWords)", "-")
            case .complete(let time): ("complete after \(time.inWords)", "-")
            case .failed(let status): ("failed with exit code \(status)", "-")
            }
        return [
            download.line.shortened(to: longestLine), download.destination, state, pid,
            "\(download.attempts)", download.lastWords?.shortened(to: longestLine) ?? "-",
        ]
    }

    private static func row(_ service: StatusReport.Service) -> [String] {
        let (state, pid, uptime): (String, String, String) =
            switch service.state {
            case .starting: ("starting", "-", "-")
            case .running(let pid, let time): ("running", "\(pid)", time.inWords)
            case .backingOff(let time): ("restarts in \(time.inWords)", "-", "-")
            case .stopping(let pid): ("stopping", "\(pid)", "-")
            }
        let lines = "\(service.lineCount) line\(service.lineCount == 1 ? "" : "s")"
        return [
            service.name, service.line?.shortened(to: longestLine) ?? lines, state, pid, uptime,
            "\(service.restarts)", service.lastEnd ?? "-", service.note ?? "-",
        ]
    }
}

extension Duration {
    /// The duration in its two largest units, or in seconds below a minute.
    fileprivate var inWords: String {
        let seconds = max(0, components.seconds)
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }
}

extension String {
    fileprivate func shortened(to limit: Int) -> String {
        count > limit ? prefix(limit - 1) + "…" : self
    }
}
