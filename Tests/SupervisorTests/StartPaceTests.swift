import Testing

@testable import Supervisor

@Suite("The pace of starts")
struct StartPaceTests {
    /// On a clock that goes on by `step` after each start that was asked for.
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

    @Test("lets four start together, and four more 25 ms later")
    func burst() {
        let expected = [0, 0, 0, 0, 25, 25, 25, 25, 50].map { Duration.milliseconds($0) }
        #expect(started(9, step: .zero) == expected)
    }

    @Test("never lets more than eight start within 25 ms, however they come")
    func trickle() {
        let times = started(500, step: .milliseconds(3))
        for (first, ninth) in zip(times, times.dropFirst(8)) {
            #expect(ninth - first >= .milliseconds(25))
        }
    }

    @Test("lets one start at once after a rest")
    func rest() {
        var pace = StartPace<TestInstant>()
        let times: [Duration] = [.zero, .zero, .zero, .zero, .milliseconds(24), .seconds(5)]
        let taken = times.map { pace.take(at: TestInstant(sinceStart: $0)) }
        #expect(taken == [true, true, true, true, false, true])
    }
}
