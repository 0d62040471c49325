import LinuxSystem
import TestSeed
import Testing

@testable import Supervisor

@Suite("A child's history of restarts", .tellingSeed)
struct RestartHistoryTests {
    /// The delays of a child that runs for each duration in `lives`, on a clock that jumps from
    /// event to event. nil means that it could not be started.
    private func waits(
        ofLives lives: [Duration?], end: TerminationStatus = .exited(1)
    ) -> [Duration] {
        // Without jitter, any generator will do.
        var generator = TestSeed.generator
        return waits(ofLives: lives, end: end, jitter: 0, using: &generator)
    }

    private func waits(
        ofLives lives: [Duration?], end: TerminationStatus, jitter: Double,
        using generator: inout some RandomNumberGenerator
    ) -> [Duration] {
        var policy = RestartPolicy()
        policy.jitter = jitter
        var history = RestartHistory()
        var now = TestInstant(sinceStart: .zero)
        return lives.map { life in
            let start = life.map { _ in now }
            now = now.advanced(by: life ?? .zero)
            let next = history.recordEnd(
                end, ofLifeSince: start, at: now, policy: policy, using: &generator)
            defer { now = next }
            return now.duration(to: next)
        }
    }

    @Test(
        "The delay grows with each failure, whatever the exit code",
        arguments: [TerminationStatus.exited(0), .exited(1), .killed(signal: 9)])
    func doubling(end: TerminationStatus) {
        let waits = waits(ofLives: Array(repeating: .seconds(2), count: 9), end: end)
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test("Only a run of at least 60 s resets the delay")
    func reset() {
        let waits = waits(ofLives: [.zero, .zero, .seconds(59.9), .seconds(60), .zero])
        #expect(waits == [1, 2, 4, 1, 2].map { .seconds($0) })
    }

    @Test("A program that cannot be started counts like one that ends at once")
    func notStarted() {
        #expect(waits(ofLives: [nil, nil, nil]) == [1, 2, 4].map { .seconds($0) })
    }

    @Test("The delay is between 0.8 s and 72 s, including jitter")
    func bounds() {
        var generator = TestSeed.generator
        for _ in 0..<100 {
            let waits = waits(
                ofLives: Array(repeating: .zero, count: 20), end: .exited(1), jitter: 0.2,
                using: &generator)
            #expect(waits.allSatisfy { $0 >= .seconds(0.8) && $0 <= .seconds(72) })
        }
    }

    @Test("The history records the number of restarts and the last end")
    func memory() {
        var history = RestartHistory()
        var generator = TestSeed.generator
        let now = TestInstant(sinceStart: .zero)
        for end in [TerminationStatus.exited(3), .killed(signal: 9)] {
            _ = history.recordEnd(
                end, ofLifeSince: now, at: now.advanced(by: .seconds(90)), policy: RestartPolicy(),
                using: &generator)
        }
        #expect(history.restarts == 2)
        #expect(history.failures == 1)
        #expect(history.lastEnd == .killed(signal: 9))
    }
}
