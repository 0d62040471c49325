import LinuxSystem

extension StatusReport.Download: Codable {
    private enum Key: String, CodingKey {
        case line, destination, state, pid, seconds, status, attempts, lastWords
    }

    private enum StateName: String, Codable {
        case waiting, running, retrying, complete, failed
    }

    /// Writes the members of a download that have a value.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(line.shown, forKey: .line)
        try members.encode(destination.shown, forKey: .destination)
        let (name, time): (StateName, Duration?) =
            switch state {
            case .waiting: (.waiting, nil)
            case .running(_, let time): (.running, time)
            case .retrying(let time): (.retrying, time)
            case .complete(let time): (.complete, time)
            case .failed: (.failed, nil)
            }
        try members.encode(name, forKey: .state)
        try members.encodeIfPresent(time?.inSeconds, forKey: .seconds)
        if case .running(let pid, _) = state { try members.encode(pid, forKey: .pid) }
        if case .failed(let status) = state { try members.encode(status, forKey: .status) }
        try members.encode(attempts, forKey: .attempts)
        try members.encodeIfPresent(lastWords?.shown, forKey: .lastWords)
    }

    /// Throws if a required member is missing or malformed.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        let state: State =
            switch try members.decode(StateName.self, forKey: .state) {
            case .waiting: .waiting
            case .running:
                .running(
                    pid: try members.decode(Int32.self, forKey: .pid),
                    for: try members.duration(.seconds))
            case .retrying: .retrying(in: try members.duration(.seconds))
            case .complete: .complete(after: try members.duration(.seconds))
            case .failed: .failed(status: try members.decode(Int32.self, forKey: .status))
            }
        self.init(
            line: try members.text(.line) ?? "", destination: try members.text(.destination) ?? "",
            state: state)
        attempts = try members.decode(Int.self, forKey: .attempts)
        lastWords = try members.text(.lastWords)
    }
}
