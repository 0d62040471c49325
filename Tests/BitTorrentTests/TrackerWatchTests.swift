import Testing

@testable import BitTorrent

@Suite("Which trackers fail")
struct TrackerWatchTests {
    private static let url = "http://tracker/announce"
    private static let down = TrackerStatus(
        url: url, message: "timed out", works: false, fails: true)
    private static let up = TrackerStatus(url: url, message: "", works: true)
    /// No answer yet of any address of it.
    private static let asked = TrackerStatus(url: url, message: "unreachable", works: false)

    /// A watch, and a time that goes on.
    private struct Watched {
        var watch = TrackerWatch()
        var now = ContinuousClock.now

        mutating func look(
            _ event: SessionEvent, _ status: TrackerStatus,
            after time: Duration = TrackerWatch.pause
        ) -> [TrackerWatch.Change] {
            now += time
            watch.take([event])
            return watch.look(at: now) { _ in [status] }
        }
    }

    @Test("is told once for all torrents, and once that they work again")
    func once() {
        var watched = Watched()
        #expect(
            watched.look(.trackerFailed(token: 1), Self.down)
                == [.failed(url: Self.url, reason: "timed out")])
        #expect(watched.look(.trackerFailed(token: 2), Self.down) == [])
        #expect(watched.watch.failures == 1)
        #expect(watched.look(.announced(token: 2), Self.up) == [.works(url: Self.url)])
        #expect(watched.look(.announced(token: 1), Self.up) == [])
        #expect(watched.watch.failures == 0)
        #expect(watched.look(.trackerFailed(token: 1), Self.down).count == 1)
    }

    @Test("is not told as long as another of their addresses may answer")
    func waits() {
        var watched = Watched()
        #expect(watched.look(.trackerFailed(token: 1), Self.asked) == [])
        #expect(watched.watch.failures == 0)
    }

    @Test("is looked at some at a time, and not all the time")
    func pace() {
        var watch = TrackerWatch()
        let now = ContinuousClock.now
        watch.take((1...1000).map { .trackerFailed(token: $0) })
        var looked = 0
        for _ in 0..<3 {
            _ = watch.look(at: now) { _ in
                looked += 1
                return []
            }
        }
        #expect(looked == TrackerWatch.torrentsALook)
    }

    @Test("is told of so many, whatever a torrent names")
    func bounded() {
        var watched = Watched()
        for number in 0..<UInt64(3 * TrackerWatch.most) {
            let status = TrackerStatus(
                url: "http://\(number)/", message: "", works: false, fails: true)
            _ = watched.look(.trackerFailed(token: number), status)
        }
        #expect(watched.watch.failures == TrackerWatch.most)
        watched.watch.forget()
        #expect(watched.watch.failures == 0)
    }
}
