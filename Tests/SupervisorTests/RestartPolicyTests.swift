import Testing

@testable import Supervisor

@Suite("The restart policy")
struct RestartPolicyTests {
    /// Always in the middle of the range, or at one of its ends.
    struct FixedGenerator: RandomNumberGenerator {
        let value: UInt64
        func next() -> UInt64 { value }
    }

    @Test(
        "waits 1 s, then twice as long each time, and never longer than 60 s",
        arguments: zip(1...9, [1.0, 2, 4, 8, 16, 32, 60, 60, 60]))
    func doubling(failures: Int, seconds: Double) {
        var policy = RestartPolicy()
        policy.jitter = 0
        var generator = SystemRandomNumberGenerator()
        #expect(policy.delay(afterFailures: failures, using: &generator) == .seconds(seconds))
    }

    @Test("changes a wait by up to 20 % both ways")
    func jitter() {
        let policy = RestartPolicy()
        var low = FixedGenerator(value: 0)
        var high = FixedGenerator(value: .max)
        let shortest = policy.delay(afterFailures: 1, using: &low) / .seconds(1)
        let longest = policy.delay(afterFailures: 1, using: &high) / .seconds(1)
        #expect(abs(shortest - 0.8) < 0.001)
        #expect(abs(longest - 1.2) < 0.001)
    }

    @Test("begins again once a child has lived for 60 s, and not before")
    func reset() {
        let policy = RestartPolicy()
        #expect(policy.failures(after: 5, lifetime: .seconds(59.9)) == 6)
        #expect(policy.failures(after: 5, lifetime: .seconds(60)) == 1)
    }
}
