import TestSeed
import Testing

@testable import Supervisor

@Suite("The restart policy", .tellingSeed)
struct RestartPolicyTests {
    @Test(
        "waits 1 s, then twice as long each time, and never longer than 60 s",
        arguments: zip(1...9, [1.0, 2, 4, 8, 16, 32, 60, 60, 60]))
    func doubling(failures: Int, seconds: Double) {
        var policy = RestartPolicy()
        policy.jitter = 0
        var generator = TestSeed.generator
        #expect(policy.delay(afterFailures: failures, using: &generator) == .seconds(seconds))
    }

    @Test("changes a wait by up to 20 % both ways")
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

    @Test("waits the longest at once after a child whose settings are wrong")
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

    @Test("begins again once a child has lived for 60 s, and not before")
    func reset() {
        let policy = RestartPolicy()
        #expect(policy.failures(after: 5, lifetime: .seconds(59.9)) == 6)
        #expect(policy.failures(after: 5, lifetime: .seconds(60)) == 1)
    }
}
