import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// Runs a backend's executable in its own process group until it ends. Needs no thread: the kernel
/// reports output, the end of the process and signals through descriptors.
public final class BackendProcess {
    /// How a run ended.
    public enum Outcome: Sendable {
        /// It ended by itself, after it printed `output`.
        case ended(TerminationStatus, output: [UInt8])
        /// It printed more than ``BackendRunner/maximumOutput`` bytes and was stopped.
        case tooMuchOutput
        /// It exceeded the time limit and was stopped.
        case timedOut
        /// We received a signal and stopped it.
        case interrupted
    }

    /// Something else to attend to while the backend runs.
    public struct Errand {
        fileprivate let descriptor: OwnedDescriptor
        fileprivate let run: (BackendProcess) -> Void

        /// `run` is called whenever `descriptor` is readable.
        public init(
            when descriptor: OwnedDescriptor, run: @escaping (BackendProcess) -> Void
        ) {
            self.descriptor = descriptor
            self.run = run
        }
    }

    private enum Source: UInt64 {
        case output, end, signals, errand
    }

    /// The process, which leads its process group.
    public let pid: pid_t
    private let output: OwnedDescriptor
    private let end: OwnedDescriptor?
    private let interruption: Interruption?
    private let errand: Errand?
    private let events: Epoll
    private let deadline: ContinuousClock.Instant?
    private var isOutputOpen = true
    private var bytes: [UInt8] = []
    /// Why the process is being stopped, and when it is killed.
    private var stop: (outcome: Outcome, kill: ContinuousClock.Instant)?

    /// The time from SIGTERM to SIGKILL, well below the 2 seconds in which we exit.
    private static let gracePeriod = Duration.milliseconds(1500)
    /// The polling interval on kernels without pidfd_open(2), before Linux 5.3.
    private static let lookInterval = Duration.milliseconds(50)

    /// Starts `command` and reads its output. `errors` becomes its standard error, or else ours does.
    /// Throws the error from posix_spawn(3).
    public init(
        _ command: Command, input: OwnedDescriptor?, errors: OwnedDescriptor? = nil,
        deadline: ContinuousClock.Instant?, interruption: Interruption?, errand: Errand? = nil
    ) throws(Errno) {
        self.deadline = deadline
        self.interruption = interruption
        self.errand = errand
        events = try Epoll()
        // If SIGCHLD were ignored, we could not wait for the child.
        Glibc.signal(SIGCHLD, SIG_DFL)
        let started = try Self.start(command, input: input, errors: errors)
        pid = started.pid
        output = started.output
        end = try? OwnedDescriptor(takingOver: linux_pidfd_open(pid))
        do throws(Errno) {
            try events.add(output, token: Source.output.rawValue)
            if let end { try events.add(end, token: Source.end.rawValue) }
            if let interruption {
                try events.add(interruption.descriptor, token: Source.signals.rawValue)
            }
            if let errand { try events.add(errand.descriptor, token: Source.errand.rawValue) }
        } catch {
            kill(-pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
    }

    /// When this returns, only the child holds the pipe's writing end.
    private static func start(
        _ command: Command, input: OwnedDescriptor?, errors: OwnedDescriptor?
    ) throws(Errno) -> (pid: pid_t, output: OwnedDescriptor) {
        let pipe = try Pipe()
        var command = command
        command.attributes.standardStreams = .init(
            input: input, output: pipe.writingEnd, errors: errors.map { .to($0) } ?? .inherited)
        return (try command.spawn(), pipe.readingEnd)
    }

    /// Waits for the process to end. Stops it at the deadline or on a signal.
    public func run() throws(Errno) -> Outcome {
        while true {
            for (token, _) in try events.wait(timeout: timeout) {
                switch Source(rawValue: token) {
                case .output: try read()
                case .signals:
                    if interruption?.take() == true { begin(stop: .interrupted) }
                case .errand: errand?.run(self)
                case .end, nil: break
                }
            }
            let now = ContinuousClock.now
            if let deadline, deadline <= now { begin(stop: .timedOut) }
            if let stop, stop.kill <= now {
                kill(-pid, SIGKILL)
                // A process in uninterruptible disk I/O takes a while to die.
                self.stop?.kill = now + .seconds(1)
            }
            if let ended = reap() { return try finish(ended) }
        }
    }

    /// Sends a signal to the process group.
    public func send(_ signal: CInt) {
        kill(-pid, signal)
    }

    private var timeout: Duration? {
        let next = [stop == nil ? deadline : stop?.kill].compactMap(\.self).min()
        let time = next.map { ContinuousClock.now.duration(to: $0) }
        guard end == nil else { return time }
        return min(time ?? Self.lookInterval, Self.lookInterval)
    }

    private func read() throws(Errno) {
        guard isOutputOpen else { return }
        isOutputOpen = output.readAvailable { bytes += $0 }
        if bytes.count > BackendRunner.maximumOutput {
            bytes = []
            begin(stop: .tooMuchOutput)
        }
        if !isOutputOpen { try events.remove(output) }
    }

    private func begin(stop outcome: Outcome) {
        guard stop == nil else { return }
        stop = (outcome, ContinuousClock.now + Self.gracePeriod)
        send(SIGTERM)
        // A stopped process handles SIGTERM only after SIGCONT.
        send(SIGCONT)
    }

    /// The process's end, nil while it runs. If we stopped it, also kills the rest of its group,
    /// while the zombie still reserves the group's ID.
    private func reap() -> TerminationStatus? {
        guard Reaper.hasEnded(pid) else { return nil }
        if stop != nil { kill(-pid, SIGKILL) }
        return Reaper.reap(pid)
    }

    private func finish(_ ended: TerminationStatus) throws(Errno) -> Outcome {
        if let stop { return stop.outcome }
        // All of its output is in the pipe now. A process that it left behind may hold the pipe
        // open.
        var last = -1
        while isOutputOpen, stop == nil, bytes.count != last {
            last = bytes.count
            try read()
        }
        return stop?.outcome ?? .ended(ended, output: bytes)
    }
}
