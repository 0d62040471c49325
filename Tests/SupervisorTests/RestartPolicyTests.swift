import TestSeed
import Testing

@testable import Supervisor

@Suite("The restart policy", .tellingSeed)
struct RestartPolicyTests {
    @Test(
        "The delay starts at 1 s and doubles up to 60 s",
        arguments: zip(1...9, [1.0, 2, 4, 8, 16, 32, 60, 60, 60]))
    func doubling(failures: Int, seconds: Double) {
        var policy = RestartPolicy()
        policy.jitter = 0
        var generator = TestSeed.generator
        #expect(policy.delay(afterFailures: failures, using: &generator) == .seconds(seconds))
    }

    @Test("The jitter is up to 20 % in both directions")
    func jitter() {
        let policy = RestartPolicy()
        var generator = TestSeed.generator
        let waits = (0..<1000).map { _ in
            policy.delay(afterFailures: 1, using: &generator) / .seconds(1)
        }
        #expect(waits.allSatisfy { (0.8...1.2).contains($0) })
        #expect(waits.contains { $0 < 0.9 })
        #expect(waits.contains { $0 > 1.1 })
    }

    @Test("A child with wrong settings gets the longest delay at once")
    func misuse() {
        var policy = RestartPolicy()
        policy.jitter = 0
        var generator = TestSeed.generator
        let start = ContinuousClock.now
        for (status, seconds) in [(64, 60), (65, 1)] {
            var history = RestartHistory()
            let next = history.recordEnd(
                .exited(Int32(status)), ofLifeSince: start, at: start, policy: policy,
                using: &generator)
            #expect(start.duration(to: next) == .seconds(seconds))
        }
    }

    @Test("A run of 60 s resets the delay, and a shorter one does not")
    func reset() {
        let policy = RestartPolicy()
        #expect(policy.failures(after: 5, lifetime: .seconds(59.9)) == 6)
        #expect(policy.failures(after: 5, lifetime: .seconds(60)) == 1)
    }
}
