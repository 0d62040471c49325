/// A priority queue: the earliest deadline first, and first in, first out for equal deadlines. A
/// binary heap, so that it scales to ten thousand entries.
struct DeadlineHeap<Instant: Comparable, Item> {
    private struct Entry {
        let time: Instant
        let number: Int
        let item: Item

        func isBefore(_ other: Entry) -> Bool {
            time == other.time ? number < other.number : time < other.time
        }
    }

    private var entries: [Entry] = []
    private var taken = 0

    var first: (time: Instant, item: Item)? { entries.first.map { ($0.time, $0.item) } }

    mutating func add(_ item: Item, at time: Instant) {
        entries.append(Entry(time: time, number: taken, item: item))
        taken += 1
        rise(from: entries.count - 1)
    }

    mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        sink(from: 0)
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func sink(from start: Int) {
        var parent = start
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < entries.count }
            guard
                let child = children.min(by: { entries[$0].isBefore(entries[$1]) }),
                entries[child].isBefore(entries[parent])
            else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }
}
