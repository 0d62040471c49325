import LinuxSystem
import TestSeed
import Testing

@testable import Supervisor

@Suite("A child's history of restarts", .tellingSeed)
struct RestartHistoryTests {
    /// The waits of a child that lives as long each time as `lives` say, on a clock that goes from one
    /// event to the next. It does not come to life where its life is nil.
    private func waits(
        ofLives lives: [Duration?], end: TerminationStatus = .exited(1)
    ) -> [Duration] {
        // Where nothing is left to chance, it does not matter whose numbers they are.
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
        "has it wait longer each time, however it ends",
        arguments: [TerminationStatus.exited(0), .exited(1), .killed(signal: 9)])
    func doubling(end: TerminationStatus) {
        let waits = waits(ofLives: Array(repeating: .seconds(2), count: 9), end: end)
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test("begins again after a life of 60 s, and not after a shorter one")
    func reset() {
        let waits = waits(ofLives: [.zero, .zero, .seconds(59.9), .seconds(60), .zero])
        #expect(waits == [1, 2, 4, 1, 2].map { .seconds($0) })
    }

    @Test("counts a program that cannot be started like one that ends at once")
    func notStarted() {
        #expect(waits(ofLives: [nil, nil, nil]) == [1, 2, 4].map { .seconds($0) })
    }

    @Test("never has it wait longer than 72 s, the jitter included, nor shorter than 0.8 s")
    func bounds() {
        var generator = TestSeed.generator
        for _ in 0..<100 {
            let waits = waits(
                ofLives: Array(repeating: .zero, count: 20), end: .exited(1), jitter: 0.2,
                using: &generator)
            #expect(waits.allSatisfy { $0 >= .seconds(0.8) && $0 <= .seconds(72) })
        }
    }

    @Test("remembers how often it was started again, and its last end")
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
