import LinuxSystem
import SeedList

/// The form in which a report goes through the socket: lines of `name=value`, a blank line in front of
/// each service. A reader skips names that it does not know.
extension StatusReport {
    /// The first line, with the version of what follows.
    private static let heading = "pierdatd 1"

    /// As it goes over the socket; parsing it gives the same report.
    public var text: String {
        var text = Text()
        text.add(pid, as: "pid")
        text.add(uptime, as: "uptime")
        text.add(seedList, as: "seed-list")
        text.add(fault, as: "fault")
        text.add(program, as: "program")
        text.add(programPid, as: "program-pid")
        if isEnding { text.add("yes", as: "ending") }
        for service in services { service.write(to: &text) }
        text.end()
        return Self.heading + "\n" + text.content
    }

    /// nil where `text` is none, or not whole.
    public init?(parsing text: String) {
        let paragraphs = text.unicodeScalars.split(
            separator: "\n", omittingEmptySubsequences: false
        ).split(whereSeparator: \.isEmpty)
        // The end of a text that was cut off would be missing.
        guard let first = paragraphs.first, first.first.map(String.init) == Self.heading,
            let last = paragraphs.last, last.first.map(String.init) == Text.end
        else { return nil }
        let fields = Fields(first)
        guard let pid = fields.number("pid").flatMap(Int32.init(exactly:)),
            let uptime = fields.duration("uptime"), let seedList = fields["seed-list"]
        else { return nil }
        self.init(pid: pid, uptime: uptime, seedList: seedList)
        fault = fields["fault"]
        program = fields["program"]
        programPid = fields.number("program-pid").flatMap(Int32.init(exactly:))
        isEnding = fields["ending"] != nil
        services = paragraphs.dropFirst().dropLast().compactMap { Service(Fields($0)) }
    }

    /// Text that is being written.
    fileprivate struct Text {
        static let end = "end"
        private(set) var content = ""

        mutating func add(_ value: String?, as name: String) {
            guard let value else { return }
            content += "\(name)=\(value.onOneLine)\n"
        }

        mutating func add(_ value: (some BinaryInteger)?, as name: String) {
            add(value.map { String($0) }, as: name)
        }

        /// In milliseconds.
        mutating func add(_ value: Duration, as name: String) {
            add(Int64((value / .milliseconds(1)).rounded()), as: name)
        }

        mutating func begin() { content += "\n" }
        mutating func end() { content += "\n\(Self.end)\n" }
    }

    /// The values of a paragraph by their names.
    fileprivate struct Fields {
        private var values: [String: String] = [:]

        init(_ lines: some Sequence<Substring.UnicodeScalarView>) {
            for line in lines {
                guard let equals = line.firstIndex(of: "=") else { continue }
                values[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
        }

        subscript(name: String) -> String? { values[name] }

        func number(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }

        func duration(_ name: String) -> Duration? { number(name).map { .milliseconds($0) } }
    }
}

extension StatusReport.Service {
    fileprivate func write(to text: inout StatusReport.Text) {
        text.begin()
        text.add(name, as: "service")
        text.add(backend, as: "backend")
        text.add(lineCount, as: "lines")
        text.add(line, as: "line")
        switch state {
        case .starting: text.add("starting", as: "state")
        case .running(let pid, let time):
            text.add("running", as: "state")
            text.add(pid, as: "pid")
            text.add(time, as: "uptime")
        case .backingOff(let time):
            text.add("backing-off", as: "state")
            text.add(time, as: "starts-in")
        case .stopping(let pid):
            text.add("stopping", as: "state")
            text.add(pid, as: "pid")
        }
        text.add(restarts, as: "restarts")
        text.add(lastEnd, as: "last-end")
        text.add(lastWords, as: "last-words")
        text.add(note, as: "note")
        text.add(serving?.countsText, as: "serving")
        text.add(serving?.reason, as: "why")
    }

    fileprivate init?(_ fields: StatusReport.Fields) {
        guard let name = fields["service"], let state = Self.state(fields) else { return nil }
        self.init(name: name, state: state)
        backend = fields["backend"]
        lineCount = fields.number("lines").flatMap(Int.init(exactly:)) ?? 1
        line = fields["line"]
        restarts = fields.number("restarts").flatMap(Int.init(exactly:)) ?? 0
        lastEnd = fields["last-end"]
        lastWords = fields["last-words"]
        note = fields["note"]
        serving = fields["serving"].map { ServingReport(counts: $0, reason: fields["why"]) }
    }

    private static func state(_ fields: StatusReport.Fields) -> State? {
        let pid = fields.number("pid").flatMap(Int32.init(exactly:))
        switch (fields["state"], pid) {
        case ("starting", _): return .starting
        case ("running", let pid?):
            return .running(pid: pid, for: fields.duration("uptime") ?? .zero)
        case ("backing-off", _): return .backingOff(for: fields.duration("starts-in") ?? .zero)
        case ("stopping", let pid?): return .stopping(pid: pid)
        default: return nil
        }
    }
}
