import Glibc

/// A line of a log in JSON (RFC 8259), for programs that collect logs.
public struct LogRecord: Sendable {
    /// The severity.
    public var level: LogLevel
    /// The program that says it.
    public var component: String
    /// The info-hash of the torrent that it is about. nil if there is none.
    public var torrent: String?
    /// The message. May contain anything.
    public var event: String

    /// The record with these values.
    public init(level: LogLevel, component: String, torrent: String? = nil, event: String) {
        self.level = level
        self.component = component
        self.torrent = torrent
        self.event = event
    }

    /// A line of the text format of `component`: a prefix such as `warning: ` becomes the level.
    public init(line: String, component: String, torrent: String? = nil) {
        let own = "pierdat: "
        let text =
            line.utf8.starts(with: own.utf8) ? line.utf8.dropFirst(own.utf8.count) : line.utf8[...]
        let level = LogLevel.allCases.first {
            !$0.prefix.isEmpty && text.starts(with: $0.prefix.utf8)
        }
        let event = text.dropFirst(level?.prefix.utf8.count ?? 0)
        self.init(
            level: level ?? .info, component: component, torrent: torrent,
            event: String(Substring(event)))
    }

    /// One JSON object on one line, without a line break. `time` is that of the call, in UTC (RFC 3339).
    public var json: String {
        // JSONEncoder neither keeps the order of the members nor escapes what a terminal acts on.
        var members = [
            ("time", Self.now), ("level", level.rawValue), ("component", component),
        ]
        if let torrent { members.append(("torrent", torrent)) }
        members.append(("event", event))
        let texts = members.map { "\"\($0)\":\(Self.quoted($1))" }
        return "{\(texts.joined(separator: ","))}"
    }

    /// A JSON string. Control characters and line separators are escaped.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                if scalar.isEscaped {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }

    private static var now: String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var time = tm()
        gmtime_r(&now.tv_sec, &time)
        func padded(_ number: some BinaryInteger, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(time.tm_year + 1900)-\(padded(time.tm_mon + 1))-\(padded(time.tm_mday))"
        let clock = "\(padded(time.tm_hour)):\(padded(time.tm_min)):\(padded(time.tm_sec))"
        return "\(date)T\(clock).\(padded(now.tv_nsec / 1_000_000, 3))Z"
    }
}

extension Unicode.Scalar {
    /// The characters that some terminal or log viewer acts on.
    fileprivate var isEscaped: Bool {
        switch value {
        case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
