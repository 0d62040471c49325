import Testing

@testable import Origins

@Suite("Segment plan")
struct SegmentPlanTests {
    @Test("Ranges are taken in order until nothing is missing")
    func order() {
        var plan = SegmentPlan(size: 10)
        #expect(plan.take(atMost: 4) == 0..<4)
        #expect(plan.take(atMost: 4) == 4..<8)
        #expect(plan.take(atMost: 4) == 8..<10)
        #expect(plan.take(atMost: 4) == nil)
        #expect(!plan.isComplete)
        for range in [0..<4, 4..<8, 8..<10] {
            plan.store(Int64(range.lowerBound)..<Int64(range.upperBound), from: 0)
        }
        #expect(plan.isComplete && plan.done == 10)
    }

    @Test("What is given back is taken again, and what came from a dropped mirror, too")
    func again() {
        var plan = SegmentPlan(size: 10)
        _ = plan.take(atMost: 10)
        plan.store(0..<3, from: 0)
        plan.store(3..<5, from: 1)
        plan.giveBack(5..<10)
        #expect(plan.sources == [0, 1])
        plan.drop(from: 0)
        #expect(plan.sources == [1])
        #expect(plan.take(atMost: 10) == 0..<3)
        #expect(plan.take(atMost: 10) == 5..<10)
        #expect(plan.done == 2)
    }

    @Test(
        "The prefix ends at the first gap, and ranges that are being fetched count as far as they are stored"
    )
    func prefix() {
        var plan = SegmentPlan(size: 10)
        #expect(plan.prefix(fetching: []) == 0)
        #expect(plan.prefix(fetching: [0..<2]) == 2)
        plan.store(2..<4, from: 0)
        #expect(plan.prefix(fetching: [0..<1]) == 1)
        #expect(plan.prefix(fetching: [0..<2, 6..<8]) == 4)
        #expect(plan.prefix(fetching: [5..<5]) == 0)
    }

    @Test("An empty file is complete")
    func empty() {
        #expect(SegmentPlan(size: 0).isComplete)
    }

    @Test("The pause grows with each failure and is short again after a success")
    func delay() {
        var delay = RetryDelay()
        #expect(
            [1, 2, 4].map { _ in delay.fail(jitter: 0) } == [.seconds(1), .seconds(2), .seconds(4)])
        for _ in 0..<10 { _ = delay.fail(jitter: 0) }
        #expect(delay.fail(jitter: 1) == .seconds(75))
        delay.succeed()
        #expect(delay.fail(jitter: -1) == .seconds(0.75))
    }
}
