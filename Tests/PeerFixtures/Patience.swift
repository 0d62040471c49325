/// Waits for programs that do not signal readiness.
public enum Patience {
    /// Repeats the question until there is an answer or the test times out.
    public static func until<Answer>(
        every pause: Duration = .milliseconds(20), _ question: () async throws -> Answer?
    ) async throws -> Answer {
        while true {
            if let answer = try await question() { return answer }
            try await Task.sleep(for: pause)
        }
    }
}
