/// What `pierdatd` tells of itself and its children at one moment.
public struct StatusReport: Equatable, Sendable {
    /// One child.
    public struct Service: Equatable, Sendable {
        /// Whether a service runs.
        public enum State: Equatable, Sendable {
            /// About to be started for the first time.
            case starting
            case running(pid: Int32, for: Duration)
            /// It has ended, and is started again after this time.
            case backingOff(for: Duration)
            /// Told to end, as its line is gone or everything ends.
            case stopping(pid: Int32)
        }

        /// The program's name, without a folder.
        public var name: String
        /// The backend that it belongs to, where the name follows the contract.
        public var backend: String?
        /// How many lines of the seed list it is there for.
        public var lineCount = 1
        /// The line, as it stands on the seed list; nil for one that serves all of a backend's.
        public var line: String?
        /// Whether it runs.
        public var state: State
        /// How often it has been started again, or is about to be.
        public var restarts = 0
        /// How its last life ended, in words; nil in its first.
        public var lastEnd: String?
        /// What it says of itself, by NOTIFY_SOCKET.
        public var note: String?

        public init(name: String, state: State) {
            self.name = name
            self.state = state
        }
    }

    /// Of `pierdatd`.
    public var pid: Int32
    /// Since `pierdatd` was started.
    public var uptime: Duration
    /// The path of the seed list.
    public var seedList: String
    /// What is wrong with the seed list, so that not all that it says runs.
    public var fault: String?
    /// The container's program.
    public var program: String?
    /// nil where there is no program.
    public var programPid: Int32?
    /// Everything is about to end.
    public var isEnding = false
    /// What the seed list names, in its order.
    public var services: [Service] = []

    public init(pid: Int32, uptime: Duration, seedList: String) {
        self.pid = pid
        self.uptime = uptime
        self.seedList = seedList
    }
}

extension StatusReport {
    /// Why not everything that should run does, in one line; nil where it does.
    public var ailment: String? {
        if isEnding { return "pierdatd is about to end" }
        if let fault { return fault }
        let ailing = services.filter { !$0.runs && !$0.isStopping }
        guard let first = ailing.first else { return nil }
        let others = ailing.count > 1 ? "; \(ailing.count - 1) more do not run" : ""
        return first.ailment + others
    }
}

extension StatusReport.Service {
    /// Whether it is started and has not ended.
    public var runs: Bool {
        if case .running = state { true } else { false }
    }

    fileprivate var isStopping: Bool {
        if case .stopping = state { true } else { false }
    }

    fileprivate var ailment: String {
        switch state {
        case .starting: "\(name) is about to be started"
        case .running(let pid, _): "\(name) runs (pid \(pid))"
        case .backingOff: "\(name) does not run: \(lastEnd ?? "it has ended")"
        case .stopping: "\(name) is about to end"
        }
    }
}
