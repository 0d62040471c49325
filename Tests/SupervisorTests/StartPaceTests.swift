import Testing

@testable import Supervisor

@Suite("Pace of starts")
struct StartPaceTests {
    /// The start times on a clock that advances by `step` after each attempt.
    private func started(_ count: Int, step: Duration) -> [Duration] {
        var pace = StartPace<TestInstant>()
        var now = TestInstant(sinceStart: .zero)
        return (0..<count).map { _ in
            while !pace.take(at: now) {
                guard let pause = pace.pause, pause > now else {
                    Issue.record("it neither starts nor says when")
                    return now.sinceStart
                }
                now = pause
            }
            defer { now = now.advanced(by: step) }
            return now.sinceStart
        }
    }

    @Test("Four processes start together, and four more 25 ms later")
    func burst() {
        let expected = [0, 0, 0, 0, 25, 25, 25, 25, 50].map { Duration.milliseconds($0) }
        #expect(started(9, step: .zero) == expected)
    }

    @Test("At most eight processes start within 25 ms")
    func trickle() {
        let times = started(500, step: .milliseconds(3))
        for (first, ninth) in zip(times, times.dropFirst(8)) {
            #expect(ninth - first >= .milliseconds(25))
        }
    }

    @Test("A process starts at once after a pause")
    func rest() {
        var pace = StartPace<TestInstant>()
        let times: [Duration] = [.zero, .zero, .zero, .zero, .milliseconds(24), .seconds(5)]
        let taken = times.map { pace.take(at: TestInstant(sinceStart: $0)) }
        #expect(taken == [true, true, true, true, false, true])
    }
}
