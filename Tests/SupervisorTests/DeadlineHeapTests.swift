import TestSeed
import Testing

@testable import Supervisor

@Suite("Deadline heap")
struct DeadlineHeapTests {
    private func order(of times: [Int]) -> [Int] {
        var heap = DeadlineHeap<Int, Int>()
        for (number, time) in times.enumerated() { heap.add(number, at: time) }
        var order: [Int] = []
        while let (time, number) = heap.first {
            #expect(time == times[number])
            order.append(number)
            heap.removeFirst()
        }
        return order
    }

    @Test("The earliest deadline comes first, and equal ones in order of addition", .tellingSeed)
    func order() {
        #expect(order(of: []) == [])
        #expect(order(of: [3, 1, 2]) == [1, 2, 0])
        #expect(order(of: [7, 7, 7, 7]) == [0, 1, 2, 3])
        var generator = TestSeed.generator
        for _ in 0..<50 {
            let times = (0..<200).map { _ in Int.random(in: 0...40, using: &generator) }
            let expected = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
            #expect(order(of: times) == expected)
        }
    }

    @Test("Entries can be added and removed in any order")
    func between() {
        var heap = DeadlineHeap<Int, String>()
        heap.add("late", at: 9)
        heap.add("soon", at: 2)
        heap.removeFirst()
        heap.add("sooner than late", at: 5)
        #expect(heap.first?.item == "sooner than late")
        heap.removeFirst()
        #expect(heap.first?.item == "late" && heap.first?.time == 9)
    }
}
