import SeedList

/// The status of `pierdatd` and its children at one moment.
public struct StatusReport: Equatable, Sendable {
    /// The status of one child.
    public struct Service: Equatable, Sendable {
        /// The state of a service.
        public enum State: Equatable, Sendable {
            /// About to be started for the first time.
            case starting
            case running(pid: Int32, for: Duration)
            /// It ended and will be restarted after this time.
            case backingOff(for: Duration)
            /// Asked to stop, because its line was removed or `pierdatd` is stopping.
            case stopping(pid: Int32)
        }

        /// The program's name without its folder.
        public var name: String
        /// The backend, if the program's name follows the contract.
        public var backend: String?
        /// The number of seed list lines that it serves.
        public var lineCount = 1
        /// Its line in the seed list. nil for a server, which covers all lines of a backend.
        public var line: String?
        /// The current state.
        public var state: State
        /// The number of restarts, including one that is pending.
        public var restarts = 0
        /// How the previous run ended, as text. nil in the first run.
        public var lastEnd: String?
        /// The last line of output of the previous run.
        public var lastWords: String?
        /// The status that it reports through NOTIFY_SOCKET.
        public var note: String?
        /// How it serves its lines, reported through NOTIFY_SOCKET. nil if the seeder does not
        /// report that.
        public var serving: ServingReport?

        /// A service without lines, reports and restarts.
        public init(name: String, state: State) {
            self.name = name
            self.state = state
        }
    }

    /// The status of one line of the get list.
    public struct Download: Equatable, Sendable {
        /// The state of a download.
        public enum State: Equatable, Sendable {
            /// The downloads before it are not complete yet.
            case waiting
            case running(pid: Int32, for: Duration)
            /// An attempt failed, and the next one begins after this time.
            case retrying(in: Duration)
            /// All of its data is verified. That took this time.
            case complete(after: Duration)
            /// It ended with this exit code, and is not tried again.
            case failed(status: Int32)
        }

        /// The line, without secrets.
        public var line: String
        /// The folder that gets the data.
        public var destination: String
        /// The current state.
        public var state: State
        /// The number of attempts, with the running one.
        public var attempts = 0
        /// The time from the start of the first attempt to the end of the last. Only for metrics.
        public var duration: Duration?
        /// When all of the data was verified, in seconds since 1970. Only for metrics.
        public var success: Double?
        /// What the running attempt reports about itself, by name. Only for metrics.
        public var figures: [String: Double] = [:]
        /// The last line of output of the latest attempt. nil if there was none.
        public var lastWords: String?

        /// A download without attempts.
        public init(line: String, destination: String, state: State) {
            self.line = line
            self.destination = destination
            self.state = state
        }
    }

    /// The pid of `pierdatd`.
    public var pid: Int32
    /// The time since `pierdatd` was started.
    public var uptime: Duration
    /// The path of the seed list.
    public var seedList: String
    /// The problem with the seed list that keeps lines from being served.
    public var fault: String?
    /// The container's program.
    public var program: String?
    /// nil if there is no program.
    public var programPid: Int32?
    /// True if `pierdatd` is stopping.
    public var isEnding = false
    /// What is downloaded since the start, in the order of the get list.
    public var downloads: [Download] = []
    /// The services, in the order of the seed list.
    public var services: [Service] = []

    /// A report without a program and services.
    public init(pid: Int32, uptime: Duration, seedList: String) {
        self.pid = pid
        self.uptime = uptime
        self.seedList = seedList
    }
}

extension StatusReport {
    /// Why the seed list is not served completely, in one line. nil if it is.
    public var complaint: String? {
        if isEnding { return "pierdatd is stopping" }
        if let fault { return fault }
        let complaints = services.compactMap(\.complaint)
        guard let first = complaints.first else { return nil }
        let others = complaints.count > 1 ? "; \(complaints.count - 1) more unhealthy" : ""
        return first + others
    }

    /// Why the container is not ready to be used, in one line. nil if it is ready.
    public var readinessComplaint: String? {
        downloads.lazy.compactMap(\.complaint).first ?? complaint
    }

    /// True if every download is complete and everything on the seed list is served.
    public var isReady: Bool { readinessComplaint == nil }
}

extension StatusReport.Download {
    /// Why the data is not there, in one line. nil if all of it is.
    public var complaint: String? {
        let name = "pierdat: "
        let last =
            lastWords.map { ": \($0.hasPrefix(name) ? String($0.dropFirst(name.count)) : $0)" }
            ?? ""
        return switch state {
        case .waiting: "the download to \(destination) is waiting"
        case .running: "the download to \(destination) is running\(last)"
        case .retrying: "the download to \(destination) failed and will be tried again\(last)"
        case .failed(let status):
            "the download to \(destination) failed with exit code \(status)\(last)"
        case .complete: nil
        }
    }
}

extension StatusReport.Service {
    /// True if the service is running.
    public var runs: Bool {
        if case .running = state { true } else { false }
    }

    /// Why the service does not serve its lines, in one line. nil if it does, as far as it reports.
    public var complaint: String? {
        switch state {
        case .starting: "\(name) is starting"
        case .running: serving?.complaint.map { "\(name): \($0)" }
        case .backingOff:
            "\(name) is not running: \(lastEnd ?? "it has ended")"
                + (lastWords.map { "; its last output: \($0)" } ?? "")
        // Its line was removed from the seed list, or `pierdatd` is stopping.
        case .stopping: nil
        }
    }
}
