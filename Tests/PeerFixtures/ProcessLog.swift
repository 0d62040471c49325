import Subprocess

/// The output lines of a program, for waiting.
actor ProcessLog {
    private(set) var lines: [String] = []
    private var hasEnded = false
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiter = 0
    private let name: String

    init(of command: Command) {
        name = command.program.lastComponent?.string ?? command.program.string
    }

    func read(_ source: some AsyncSequence<String, any Error> & Sendable) async throws {
        defer {
            hasEnded = true
            wake()
        }
        for try await line in source {
            lines.append(line)
            wake()
        }
    }

    func line(where matches: @Sendable (String) -> Bool) async throws -> String {
        var seen = 0
        while true {
            if let line = lines[seen...].first(where: matches) { return line }
            seen = lines.count
            guard !hasEnded else {
                throw FixtureError(
                    "\(name) ended without the line that was waited for; it said:\n\(text)")
            }
            try await change()
        }
    }

    func end() async throws {
        while !hasEnded { try await change() }
    }

    private var text: String { lines.joined(separator: "\n") }

    /// Waits for the next line or the end of the output.
    private func change() async throws {
        lastWaiter += 1
        let waiter = lastWaiter
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume() }
                waiting[waiter] = continuation
            }
        } onCancel: {
            Task { await self.wake(waiter) }
        }
        guard !Task.isCancelled else {
            throw FixtureError("the time is up; \(name) has said:\n\(text)")
        }
    }

    private func wake(_ waiter: Int) {
        waiting.removeValue(forKey: waiter)?.resume()
    }

    private func wake() {
        let all = waiting.values
        waiting = [:]
        for continuation in all { continuation.resume() }
    }
}
