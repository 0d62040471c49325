import Foundation
import Glibc
import Subprocess
import SystemPackage

import enum LinuxSystem.ProcessTable

/// A program that runs during a test.
public struct RunningProcess: Sendable {
    public let identifier: Int32
    private let log: ProcessLog

    /// Runs `command` while `body` runs, then ends it with SIGTERM. Returns the result of `body`
    /// and how the program ended.
    @discardableResult
    public static func with<Value: Sendable>(
        _ command: Command, _ body: @Sendable (RunningProcess) async throws -> Value
    ) async throws -> (value: Value, status: TerminationStatus) {
        let result = try await Subprocess.run(
            command.configuration, input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
            let log = ProcessLog(of: command)
            let process = RunningProcess(identifier: execution.processIdentifier.value, log: log)
            let lines = execution.standardOutput.strings()
            async let reading: Void = log.read(lines)
            let value: Value
            do {
                value = try await body(process)
            } catch {
                await execution.teardown(using: Command.end)
                try await reading
                throw error
            }
            await execution.teardown(using: Command.end)
            try await reading
            return value
        }
        return (result.closureResult, result.terminationStatus)
    }

    /// Waits for a line on its stdout or stderr that contains `text`, past or future, and returns
    /// it. Throws if the program ends without it.
    public func line(containing text: String) async throws -> String {
        try await line { $0.contains(text) }
    }

    /// The same for the first line that `matches`.
    public func line(where matches: @Sendable (String) -> Bool) async throws -> String {
        try await log.line(where: matches)
    }

    /// Sends a signal to the program only, not to its children, like `docker stop`.
    public func send(_ signal: Int32) throws {
        guard Glibc.kill(identifier, signal) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Kills the program only, as the kernel does when memory runs out.
    public func kill() throws {
        try send(SIGKILL)
    }

    /// The pids of its children, except for its guard.
    public var children: [Int32] {
        ProcessTable.children(of: identifier).filter {
            ProcessTable.name(of: $0) != "pierdat-guard"
        }
    }

    /// Waits until the program and all its children have closed the output, which happens at their
    /// end at the latest.
    public func end() async throws {
        try await log.end()
    }

    /// The number of bytes read so far from files and everything else: proc(5).
    public var bytesRead: Int {
        get throws {
            let counters = try String(contentsOfFile: "/proc/\(identifier)/io", encoding: .utf8)
            let words = counters.split(whereSeparator: \.isWhitespace)
            guard words.first == "rchar:", let count = Int(words[1]) else {
                throw FixtureError("/proc/\(identifier)/io has an unknown format: \(counters)")
            }
            return count
        }
    }

    /// The output so far.
    public var output: String {
        get async { await log.lines.joined(separator: "\n") }
    }
}
