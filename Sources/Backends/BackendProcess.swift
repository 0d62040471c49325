import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// One run of a backend's executable, in a process group of its own, to its end. No thread is needed: the
/// kernel tells of its output, its end, and what comes for us meanwhile.
final class BackendProcess {
    /// How a run ended.
    enum Outcome {
        case ended(TerminationStatus, output: [UInt8])
        /// It printed more than ``BackendRunner/maximumOutput`` bytes, and was stopped.
        case tooMuchOutput
        /// It was not done in time, and was stopped.
        case timedOut
        /// A signal came for us, and it was stopped.
        case interrupted
    }

    private enum Source: UInt64 {
        case output, end, signals
    }

    private let pid: pid_t
    private let output: OwnedDescriptor
    private let end: OwnedDescriptor?
    private let interruption: Interruption?
    private let events: Epoll
    private let deadline: ContinuousClock.Instant?
    private var isOutputOpen = true
    private var bytes: [UInt8] = []
    /// Why it is being stopped, and when it is killed.
    private var stop: (outcome: Outcome, kill: ContinuousClock.Instant)?

    /// From SIGTERM to SIGKILL: well within the 2 seconds in which we end.
    private static let gracePeriod = Duration.milliseconds(1500)
    /// How often is looked for its end on a kernel that does not tell of it (before Linux 5.3).
    private static let lookInterval = Duration.milliseconds(50)

    /// Starts `command`, whose output is read here. Throws what posix_spawn(3) does.
    init(
        _ command: Command, input: OwnedDescriptor?, deadline: ContinuousClock.Instant?,
        interruption: Interruption?
    ) throws(Errno) {
        self.deadline = deadline
        self.interruption = interruption
        events = try Epoll()
        // Else nobody could wait for a child.
        Glibc.signal(SIGCHLD, SIG_DFL)
        let started = try Self.start(command, input: input)
        pid = started.pid
        output = started.output
        end = try? OwnedDescriptor(takingOver: linux_pidfd_open(pid))
        do throws(Errno) {
            try events.add(output, token: Source.output.rawValue)
            if let end { try events.add(end, token: Source.end.rawValue) }
            if let interruption {
                try events.add(interruption.descriptor, token: Source.signals.rawValue)
            }
        } catch {
            kill(-pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
    }

    /// The pipe's writing end is the child's alone when this returns.
    private static func start(
        _ command: Command, input: OwnedDescriptor?
    ) throws(Errno) -> (pid: pid_t, output: OwnedDescriptor) {
        let pipe = try Pipe()
        var command = command
        command.attributes.standardStreams = .init(
            input: input, output: pipe.writingEnd, errors: .inherited)
        return (try command.spawn(), pipe.readingEnd)
    }

    /// Waits until it has ended, and stops it when it is time to.
    func run() throws(Errno) -> Outcome {
        while true {
            for (token, _) in try events.wait(timeout: timeout) {
                switch Source(rawValue: token) {
                case .output: try read()
                case .signals:
                    if interruption?.take() == true { begin(stop: .interrupted) }
                case .end, nil: break
                }
            }
            let now = ContinuousClock.now
            if let deadline, deadline <= now { begin(stop: .timedOut) }
            if let stop, stop.kill <= now {
                kill(-pid, SIGKILL)
                // One that waits for a disk takes a while to end.
                self.stop?.kill = now + .seconds(1)
            }
            if let ended = reap() { return try finish(ended) }
        }
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
        kill(-pid, SIGTERM)
        // One that is stopped could not take it.
        kill(-pid, SIGCONT)
    }

    /// How it has ended; nil while it lives. What one that was stopped has left in its group goes with it, while
    /// the number of the group cannot be another's yet.
    private func reap() -> TerminationStatus? {
        guard Reaper.hasEnded(pid) else { return nil }
        if stop != nil { kill(-pid, SIGKILL) }
        return Reaper.reap(pid)
    }

    private func finish(_ ended: TerminationStatus) throws(Errno) -> Outcome {
        if let stop { return stop.outcome }
        // What it has written is in the pipe by now; what it has left behind may keep the pipe open.
        var last = -1
        while isOutputOpen, stop == nil, bytes.count != last {
            last = bytes.count
            try read()
        }
        return stop?.outcome ?? .ended(ended, output: bytes)
    }
}
