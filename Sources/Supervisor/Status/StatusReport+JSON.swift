import FoundationEssentials
import LinuxSystem
import SeedList

/// The JSON form of a report (RFC 8259), on the socket and in `pierdat status --json`. Times are in
/// seconds with millisecond precision. Readers ignore unknown members.
extension StatusReport {
    /// One JSON object on one line. Decoding it returns an equal report.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding cannot fail, because all numbers in a report are finite.
        let bytes = (try? encoder.encode(self)) ?? Data()
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    /// nil if `json` is not a complete report.
    public init?(json: some Sequence<UInt8>) {
        guard let report = try? JSONDecoder().decode(Self.self, from: Data(json)) else {
            return nil
        }
        self = report
    }
}

extension StatusReport: Codable {
    private enum Key: String, CodingKey {
        case pid, uptime, seedList, fault, healthy, why, ready, notReady, program, ending
        case downloads, services
    }

    private struct Program: Codable {
        let command: String
        let pid: Int32
    }

    /// Writes the members that docs/commands.md describes. Untrusted text stays on one line.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(pid, forKey: .pid)
        try members.encode(uptime.inSeconds, forKey: .uptime)
        try members.encode(seedList.shown, forKey: .seedList)
        try members.encodeIfPresent(fault?.shown, forKey: .fault)
        try members.encode(complaint == nil, forKey: .healthy)
        try members.encodeIfPresent(complaint?.shown, forKey: .why)
        try members.encode(isReady, forKey: .ready)
        try members.encodeIfPresent(readinessComplaint?.shown, forKey: .notReady)
        if let program, let programPid {
            try members.encode(
                Program(command: program.shown, pid: programPid), forKey: .program)
        }
        try members.encode(isEnding, forKey: .ending)
        try members.encode(downloads, forKey: .downloads)
        try members.encode(services, forKey: .services)
    }

    /// Throws if a required member is missing or malformed.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            pid: try members.decode(Int32.self, forKey: .pid),
            uptime: try members.duration(.uptime),
            seedList: try members.text(.seedList) ?? "")
        fault = try members.text(.fault)
        if let program = try members.decodeIfPresent(Program.self, forKey: .program) {
            self.program = program.command.onOneLine
            programPid = program.pid
        }
        isEnding = try members.decode(Bool.self, forKey: .ending)
        downloads = try members.decodeIfPresent([Download].self, forKey: .downloads) ?? []
        services = try members.decode([Service].self, forKey: .services)
    }
}

extension StatusReport.Service: Codable {
    private enum Key: String, CodingKey {
        case name, backend, line, lines, state, pid, uptime, startsIn, restarts, lastExit,
            lastWords, says
        case healthy, why, serving, reason
    }

    private enum StateName: String, Codable {
        case starting, running, stopping
        case backingOff = "backing off"
    }

    /// Writes the members of a service that have a value.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(name.shown, forKey: .name)
        try members.encodeIfPresent(backend?.shown, forKey: .backend)
        try members.encodeIfPresent(line?.shown, forKey: .line)
        try members.encode(lineCount, forKey: .lines)
        switch state {
        case .starting: try members.encode(StateName.starting, forKey: .state)
        case .running(let pid, let time):
            try members.encode(StateName.running, forKey: .state)
            try members.encode(pid, forKey: .pid)
            try members.encode(time.inSeconds, forKey: .uptime)
        case .backingOff(let time):
            try members.encode(StateName.backingOff, forKey: .state)
            try members.encode(time.inSeconds, forKey: .startsIn)
        case .stopping(let pid):
            try members.encode(StateName.stopping, forKey: .state)
            try members.encode(pid, forKey: .pid)
        }
        try members.encode(restarts, forKey: .restarts)
        try members.encodeIfPresent(lastEnd?.shown, forKey: .lastExit)
        try members.encodeIfPresent(lastWords?.shown, forKey: .lastWords)
        try members.encodeIfPresent(note?.shown, forKey: .says)
        try members.encode(complaint == nil, forKey: .healthy)
        try members.encodeIfPresent(complaint?.shown, forKey: .why)
        if let serving {
            let counts = ServingState.allCases.map { ($0.rawValue, serving.counts[$0] ?? 0) }
            try members.encode(
                Dictionary(uniqueKeysWithValues: counts), forKey: .serving)
            try members.encodeIfPresent(serving.reason, forKey: .reason)
        }
    }

    /// Throws if a required member is missing or malformed.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        let state: State =
            switch try members.decode(StateName.self, forKey: .state) {
            case .starting: .starting
            case .running:
                .running(
                    pid: try members.decode(Int32.self, forKey: .pid),
                    for: try members.duration(.uptime))
            case .backingOff: .backingOff(for: try members.duration(.startsIn))
            case .stopping: .stopping(pid: try members.decode(Int32.self, forKey: .pid))
            }
        self.init(name: try members.text(.name) ?? "", state: state)
        backend = try members.text(.backend)
        line = try members.text(.line)
        lineCount = try members.decode(Int.self, forKey: .lines)
        restarts = try members.decode(Int.self, forKey: .restarts)
        lastEnd = try members.text(.lastExit)
        lastWords = try members.text(.lastWords)
        note = try members.text(.says)
        serving = try members.decodeIfPresent([String: Int].self, forKey: .serving).map {
            ServingReport(counts: $0, reason: try members.text(.reason))
        }
    }
}

extension String {
    /// On one line, and without the user information of URLs, because seed lines are shown to everyone who may ask.
    var shown: String { Redaction.text(onOneLine) }
}

extension KeyedDecodingContainer {
    /// Untrusted text is made safe for terminals and logs.
    func text(_ key: Key) throws -> String? {
        try decodeIfPresent(String.self, forKey: key)?.onOneLine
    }

    func duration(_ key: Key) throws -> Duration {
        let milliseconds = (try decode(Double.self, forKey: key) * 1000).rounded()
        // A Double represents every integer up to 2^53 exactly.
        guard abs(milliseconds) <= 0x1p53, let whole = Int64(exactly: milliseconds) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "no time that can be")
        }
        return .milliseconds(whole)
    }
}

extension Duration {
    var inSeconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}
