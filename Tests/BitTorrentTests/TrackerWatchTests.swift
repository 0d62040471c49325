import Testing

@testable import BitTorrent

@Suite("Failing trackers")
struct TrackerWatchTests {
    private static let url = "http://tracker/announce"
    private static let down = TrackerStatus(
        url: url, message: "timed out", .failed)
    private static let up = TrackerStatus(url: url, message: "", .succeeded)
    /// No address of it has answered yet.
    private static let asked = TrackerStatus(url: url, message: "unreachable", .pending)

    private static func look(
        _ watch: inout TrackerWatch, _ event: SessionEvent, _ status: TrackerStatus
    ) -> [TrackerWatch.Change] {
        watch.take([event])
        return watch.look { _ in [status] }
    }

    @Test("A failing tracker is reported once for all torrents, and once when it works again")
    func once() throws {
        var watch = try TrackerWatch()
        #expect(
            Self.look(&watch, .trackerFailed(token: 1), Self.down)
                == [.failed(url: Self.url, reason: "timed out")])
        #expect(Self.look(&watch, .trackerFailed(token: 2), Self.down) == [])
        #expect(watch.failures == 1)
        #expect(Self.look(&watch, .announced(token: 2), Self.up) == [.works(url: Self.url)])
        #expect(Self.look(&watch, .announced(token: 1), Self.up) == [])
        #expect(watch.failures == 0)
        #expect(Self.look(&watch, .trackerFailed(token: 1), Self.down).count == 1)
    }

    @Test("A tracker is not reported while another of its addresses may answer")
    func waits() throws {
        var watch = try TrackerWatch()
        #expect(Self.look(&watch, .trackerFailed(token: 1), Self.asked) == [])
        #expect(watch.failures == 0)
    }

    @Test("Torrents are examined some at a time until none is left, then nothing wakes up")
    func pace() throws {
        let count = 2 * UInt64(TrackerWatch.torrentsALook) + 1
        var watch = try TrackerWatch()
        var looked: [Int] = []
        watch.take((1...count).map { .trackerFailed(token: $0) })
        while watch.isAwaitingTime {
            var now: Set<UInt64> = []
            _ = watch.look { token in
                now.insert(token)
                return []
            }
            looked.append(now.count)
        }
        #expect(looked == [TrackerWatch.torrentsALook, TrackerWatch.torrentsALook, 1])
        watch.take([.announced(token: 1), .scraped(token: 1)])
        #expect(!watch.isAwaitingTime)
    }

    @Test("The number of reported trackers is limited")
    func bounded() throws {
        var watch = try TrackerWatch()
        for number in 0..<UInt64(3 * TrackerWatch.most) {
            let status = TrackerStatus(
                url: "http://\(number)/", message: "", .failed)
            _ = Self.look(&watch, .trackerFailed(token: number), status)
        }
        #expect(watch.failures == TrackerWatch.most)
        watch.forget()
        #expect(watch.failures == 0)
    }
}
