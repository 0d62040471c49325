import Foundation
import Glibc
import Subprocess
import SystemPackage

import enum LinuxSystem.ProcessTable

/// A program that runs beside the test.
public struct RunningProcess: Sendable {
    public let identifier: Int32
    private let log: ProcessLog

    /// Runs `command` for as long as `body` takes, then ends it with SIGTERM. Returns what `body`
    /// returned, and how the program ended.
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

    /// Waits for a line of its output, or of its errors, that contains `text`, said already or yet to
    /// come, and returns it. Throws when the program ends without.
    public func line(containing text: String) async throws -> String {
        try await log.line { $0.contains(text) }
    }

    /// Sends it a signal, as `docker stop` does: to the program alone, not to what it has started.
    public func send(_ signal: Int32) throws {
        guard Glibc.kill(identifier, signal) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Kills it alone, as the kernel does when memory runs out.
    public func kill() throws {
        try send(SIGKILL)
    }

    /// The pids of what it has started itself, but for its guard.
    public var children: [Int32] {
        ProcessTable.children(of: identifier).filter {
            ProcessTable.name(of: $0) != "pierdat-guard"
        }
    }

    /// Waits until the program has closed its output, which it does when it ends at the latest, and so has
    /// all that it has started.
    public func end() async throws {
        try await log.end()
    }

    /// How much it has read so far, of files and all else: proc(5).
    public var bytesRead: Int {
        get throws {
            let counters = try String(contentsOfFile: "/proc/\(identifier)/io", encoding: .utf8)
            let words = counters.split(whereSeparator: \.isWhitespace)
            guard words.first == "rchar:", let count = Int(words[1]) else {
                throw FixtureError("/proc/\(identifier)/io is not understood: \(counters)")
            }
            return count
        }
    }

    /// What it has said so far.
    public var output: String {
        get async { await log.lines.joined(separator: "\n") }
    }
}
