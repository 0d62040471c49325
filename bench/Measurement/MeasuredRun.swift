import CLinux
import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// Other modules have types with the same names.
typealias Command = PeerFixtures.Command
typealias Host = PeerFixtures.Host

/// The resources used by a program from its start to its end.
struct Usage: Sendable {
    var wall: Duration
    /// User and system time, including its children.
    var cpu: Duration
    /// The part of `cpu` that was spent outside the kernel. Zero for the peer of a run.
    var userCPU: Duration = .zero
    var memory: PeakMemory
}

/// Runs programs to their end and measures them and the programs that serve them.
enum MeasuredRun {
    /// The interval for sampling memory.
    private static let interval = Duration.milliseconds(50)

    /// Runs `command`. Its output goes to a file in `folder`, and into the error if it fails. Also
    /// samples the memory of `peer` and counts its CPU time, from its own start if `countsStart` is
    /// set.
    static func run(
        _ command: Command, in folder: FilePath, beside peer: pid_t? = nil,
        countsStart: Bool = false, looksAtMemory: Bool = true, limit: Duration = .seconds(900)
    ) async throws -> (own: Usage, peer: Usage) {
        let log = folder.appending("log-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: log.string) }
        return try await onThread {
            try follow(
                command, log: log, peer: peer.map(ProcessMeter.init), countsStart: countsStart,
                looksAtMemory: looksAtMemory, limit: limit)
        }
    }

    /// Runs `body` on a separate thread, where it may block.
    static func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }

    private static func follow(
        _ command: Command, log: FilePath, peer: ProcessMeter?, countsStart: Bool,
        looksAtMemory: Bool, limit: Duration
    ) throws -> (own: Usage, peer: Usage) {
        var memory = PeakMemory()
        var peerMemory = PeakMemory()
        let peerBefore = countsStart ? .zero : peer?.cpu ?? .zero
        let clock = ContinuousClock()
        let start = clock.now
        let meter = ProcessMeter(pid: try spawn(command, log: log))
        let end = try OwnedDescriptor(takingOver: linux_pidfd_open(meter.pid))
        while !hasEnded(end, within: looksAtMemory ? interval : .seconds(1)) {
            if looksAtMemory {
                let snapshot = ProcessSnapshot()
                memory.look(at: meter, in: snapshot)
                if let peer { peerMemory.look(at: peer, in: snapshot) }
            }
            if clock.now - start > limit { kill(-meter.pid, SIGKILL) }
        }
        let wall = clock.now - start
        let peerCPU = (peer?.cpu ?? .zero) - peerBefore
        if let peer { peerMemory.look(at: peer, in: ProcessSnapshot()) }
        let cpu = try reap(meter.pid, command, log: log)
        return (
            Usage(wall: wall, cpu: cpu.user + cpu.system, userCPU: cpu.user, memory: memory),
            Usage(wall: wall, cpu: peerCPU, memory: peerMemory)
        )
    }

    private static func hasEnded(_ process: OwnedDescriptor, within time: Duration) -> Bool {
        var request = pollfd(fd: process.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, Int32(time.seconds * 1000)) == 1
    }

    /// Starts `command` in its own process group with exactly its environment.
    static func spawn(_ command: Command, log: FilePath) throws -> pid_t {
        let variables = command.environment.map { "\($0)=\($1)" }
        var spawned = LinuxSystem.Command(
            program: "/usr/bin/env",
            arguments: ["env", "-i"] + variables + [command.program.string] + command.arguments)
        let file = open(log.string, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        spawned.attributes.standardStreams = .init(output: try OwnedDescriptor(takingOver: file))
        return try spawned.spawn()
    }

    /// The CPU time of an ended program. Throws if the program has failed.
    private static func reap(
        _ pid: pid_t, _ command: Command, log: FilePath
    ) throws -> (user: Duration, system: Duration) {
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(pid, &status, 0, &usage) == pid else { throw Errno(rawValue: errno) }
        guard status == 0 else {
            let said = (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
            throw FixtureError(
                "\(command.program) \(command.arguments.joined(separator: " ")) failed"
                    + " (wait status \(status)):\n\(said.suffix(4000))")
        }
        return (usage.ru_utime.duration, usage.ru_stime.duration)
    }
}

extension timeval {
    fileprivate var duration: Duration { .seconds(tv_sec) + .microseconds(tv_usec) }
}
