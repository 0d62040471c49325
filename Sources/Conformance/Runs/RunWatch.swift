import Backends
import Glibc
import LinuxSystem
import SystemPackage

/// Observes one run: sends its signals at their time, and counts what it tries to do.
final class RunWatch {
    /// The program's standard error.
    let errors: OwnedDescriptor
    private let log: FilePath
    private let trial: Trial
    private let events: Epoll
    private let timer: TimerDescriptor
    private var attempts: SocketAttempts?
    private let start = ContinuousClock.now
    /// The signals that are not sent yet.
    private var pending: ArraySlice<Trial.Signal>
    /// When the previous signal was sent, or the program was started.
    private var previous: ContinuousClock.Instant
    private var stopped: (at: ContinuousClock.Instant, held: Int64)?
    private var end: ContinuousClock.Instant?
    private var sockets: Set<String> = []
    private var strays: Set<String> = []

    /// How often the folders are searched for data.
    private static let searchInterval = Duration.milliseconds(4)
    private static let interval = Duration.milliseconds(50)
    /// The largest standard error in bytes.
    private static let longestLog = 64 << 20

    init(_ trial: Trial, log: FilePath) throws(Errno) {
        self.trial = trial
        self.log = log
        pending = trial.signals[...]
        previous = start
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC
        errors = try OwnedDescriptor(takingOver: log.withPlatformString { open($0, flags, 0o644) })
        events = try Epoll()
        timer = try TimerDescriptor()
        try events.add(timer.descriptor, token: 0)
        let isSearching = trial.signals.contains { $0.isWaitingForData }
        let interval = isSearching ? Self.searchInterval : Self.interval
        try timer.set(after: interval, every: interval)
    }

    /// Listens for the program's attempts to use the network. Returns the path of the socket.
    func listen(at path: FilePath) throws(Errno) -> String {
        let folder = try SocketFolder(path.removingLastComponent())
        let name = path.lastComponent?.string ?? ""
        guard let address = folder.address(of: name) else { throw .fileNameTooLong }
        let attempts = try SocketAttempts(at: address)
        try events.add(attempts.descriptor, token: 1)
        self.attempts = attempts
        return folder.shortPath(of: name)
    }

    /// For ``BackendProcess``.
    var errand: BackendProcess.Errand {
        .init(when: events.descriptor) { self.attend(to: $0) }
    }

    /// Call this at the end of the program.
    func ended() { end = .now }

    private func attend(to process: BackendProcess) {
        timer.clear()
        for pid in attempts?.take() ?? [] {
            sockets.insert(ProcessTable.name(of: pid) ?? "a process")
        }
        var status = stat()
        if fstat(errors.rawValue, &status) == 0, status.st_size > Self.longestLog {
            process.send(SIGKILL)
        }
        if let signal = pending.first {
            if isTime(for: signal) { send(signal, to: process) }
        } else if let stopped, stopped.at + trial.grace <= .now {
            process.send(SIGKILL)
        }
    }

    private func isTime(for signal: Trial.Signal) -> Bool {
        let passed = previous.duration(to: .now)
        switch signal.moment {
        case .after(let time): return passed >= time
        case .whenData(let folders, let latest):
            return passed >= latest || folders.contains(where: Self.hasData)
        }
    }

    private func send(_ signal: Trial.Signal, to process: BackendProcess) {
        pending.removeFirst()
        for pid in ProcessTable.descendants(of: process.pid) where getpgid(pid) != process.pid {
            if let name = ProcessTable.name(of: pid) { strays.insert(name) }
        }
        var held: Int64 = 0
        if case .whenData(let folders, _) = signal.moment {
            held = folders.map(Self.held).reduce(0, +)
        }
        previous = .now
        if pending.isEmpty { stopped = (previous, held) }
        process.send(signal.number)
    }

    /// nil if the kit was interrupted.
    func observation(
        _ outcome: BackendProcess.Outcome, left: [Observation.LeftProcess]
    ) -> Observation? {
        let result: (end: Observation.End, output: [UInt8])
        switch outcome {
        case .ended(let status, let output): result = (.ended(status), output)
        case .tooMuchOutput: result = (.tooMuchOutput, [])
        case .timedOut: result = (.timedOut, [])
        case .interrupted: return nil
        }
        let end = end ?? .now
        let said = SmallFile.contents(of: log, atMost: 2 * Self.longestLog) ?? []
        return Observation(
            end: result.end, output: result.output,
            errors: String(decoding: said, as: UTF8.self),
            duration: start.duration(to: end),
            stop: stopped.map { .init(held: $0.held, lasted: $0.at.duration(to: end)) },
            leftProcesses: left, strays: strays.sorted(), sockets: sockets.sorted())
    }

    private struct Found: Error {}

    private static func hasData(below folder: FilePath) -> Bool {
        do throws(Found) {
            try FolderTree(folder).visit { file throws(Found) in
                if file.status.held > 0 { throw Found() }
            }
            return false
        } catch {
            return true
        }
    }

    /// The bytes of all files below a folder that are on disk.
    static func held(below folder: FilePath) -> Int64 {
        var held: Int64 = 0
        FolderTree(folder).visit { held += $0.status.held }
        return held
    }
}

extension Trial.Signal {
    fileprivate var isWaitingForData: Bool {
        if case .whenData = moment { true } else { false }
    }
}
