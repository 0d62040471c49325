import SeedList

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
        /// The last line that it said in that life.
        public var lastWords: String?
        /// What it says of itself, by NOTIFY_SOCKET.
        public var note: String?
        /// How it serves its lines, by NOTIFY_SOCKET; nil for a seeder that does not say.
        public var serving: ServingReport?

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
    /// Why not everything that the seed list promises is served, in one line; nil if it is.
    public var complaint: String? {
        if isEnding { return "pierdatd is about to end" }
        if let fault { return fault }
        let complaints = services.compactMap(\.complaint)
        guard let first = complaints.first else { return nil }
        let others = complaints.count > 1 ? "; \(complaints.count - 1) more are not well" : ""
        return first + others
    }
}

extension StatusReport.Service {
    /// Whether it is started and has not ended.
    public var runs: Bool {
        if case .running = state { true } else { false }
    }

    /// Why what it is there for is not served, in one line; nil if it is, as far as it tells.
    public var complaint: String? {
        switch state {
        case .starting: "\(name) is about to be started"
        case .running: serving?.complaint.map { "\(name): \($0)" }
        case .backingOff:
            "\(name) does not run: \(lastEnd ?? "it has ended")"
                + (lastWords.map { ", saying: \($0)" } ?? "")
        // Its line is gone from the seed list, or everything ends.
        case .stopping: nil
        }
    }
}
