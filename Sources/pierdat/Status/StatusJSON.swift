import SeedList
import Supervisor

/// A status report for programs: one JSON object.
struct StatusJSON {
    let text: String

    init(_ report: StatusReport) {
        var members: [(String, JSON?)] = [
            ("pid", .number(Double(report.pid))),
            ("uptime", .number(report.uptime.seconds)),
            ("seedList", .string(report.seedList)),
            ("healthy", .boolean(report.complaint == nil)),
            ("why", report.complaint.map(JSON.string)),
            ("ending", .boolean(report.isEnding)),
        ]
        if let program = report.program, let pid = report.programPid {
            members.append(
                (
                    "program",
                    .object([("command", .string(program)), ("pid", .number(Double(pid)))])
                ))
        }
        members.append(("services", .array(report.services.map(Self.service))))
        text = JSON.object(members).text + "\n"
    }

    private static func service(_ service: StatusReport.Service) -> JSON {
        var members: [(String, JSON?)] = [
            ("name", .string(service.name)),
            ("backend", service.backend.map(JSON.string)),
            ("line", service.line.map(JSON.string)),
            ("lines", .number(Double(service.lineCount))),
        ]
        switch service.state {
        case .starting: members.append(("state", .string("starting")))
        case .running(let pid, let time):
            members += [
                ("state", .string("running")), ("pid", .number(Double(pid))),
                ("uptime", .number(time.seconds)),
            ]
        case .backingOff(let time):
            members += [("state", .string("backing off")), ("startsIn", .number(time.seconds))]
        case .stopping(let pid):
            members += [("state", .string("stopping")), ("pid", .number(Double(pid)))]
        }
        members += [
            ("restarts", .number(Double(service.restarts))),
            ("lastExit", service.lastEnd.map(JSON.string)),
            ("lastWords", service.lastWords.map(JSON.string)),
            ("says", service.note.map(JSON.string)),
            ("healthy", .boolean(service.complaint == nil)),
            ("why", service.complaint.map(JSON.string)),
            ("serving", service.serving.map(counts)),
        ]
        return .object(members)
    }

    /// How many things are in which state.
    private static func counts(_ serving: ServingReport) -> JSON {
        .object(
            ServingState.allCases.map { state in
                (state.rawValue, .number(Double(serving.counts[state] ?? 0)))
            })
    }
}

/// A JSON value to be written: RFC 8259.
private indirect enum JSON {
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    /// Members that are nil are left out.
    case object([(String, JSON?)])

    var text: String {
        switch self {
        case .boolean(let value): value ? "true" : "false"
        case .number(let value): value == value.rounded() ? "\(Int64(value))" : "\(value)"
        case .string(let value): Self.quoted(value)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.compactMap { name, value in
                    value.map { Self.quoted(name) + ":" + $0.text }
                }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Duration {
    /// To the millisecond.
    fileprivate var seconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}
