/// Waiting for a program that tells nobody when it is ready.
public enum Patience {
    /// Asks again and again, until there is an answer or the test's time is up.
    public static func until<Answer>(
        every pause: Duration = .milliseconds(20), _ question: () async throws -> Answer?
    ) async throws -> Answer {
        while true {
            if let answer = try await question() { return answer }
            try await Task.sleep(for: pause)
        }
    }
}
