import SeedList
import Testing

@testable import BitTorrent

@Suite("Scrape counts of trackers")
struct ScrapeWatchTests {
    private static let now = ContinuousClock.now

    @Test(
        "Counts are shown as text",
        arguments: [
            (1, 1, "1 seed and 1 peer downloading"), (2, 0, "2 seeds and 0 peers downloading"),
            (3, -1, "3 seeds"), (-1, 3, "3 peers downloading"), (-1, -1, ""),
            (Int(Int32.max), Int(Int32.min), "1000000 seeds"),
        ])
    func words(seeds: Int, downloaders: Int, text: String) {
        let counts = ScrapeCounts(seeds: seeds, downloaders: downloaders)
        #expect(counts.description == text)
        #expect(counts.isKnown == !text.isEmpty)
        var state = SeederState(ports: [6881])
        for _ in 0..<2 { state.items.add(.served) }
        state.swarms = counts
        let known = text.isEmpty ? "" : "; trackers report \(text)"
        #expect(state.text == "port 6881; 2 torrents\(known)")
    }

    @Test("Counts fit into a status of 200 characters with everything else")
    func length() {
        var state = SeederState(ports: [6881])
        for item in ServingState.allCases {
            for _ in 0..<10_000 { state.items.add(item, reason: "why") }
        }
        state.failingTrackers = TrackerWatch.most
        for _ in 0..<10_000 { state.swarms += ScrapeCounts(seeds: .max, downloaders: .max) }
        #expect(state.text.count <= 200)
        #expect(state.text.hasSuffix("10000000000 peers downloading"))
    }

    @Test("The total excludes removed torrents and torrents without a tracker's answer")
    func sum() throws {
        var watch = try ScrapeWatch()
        var said: [UInt64: ScrapeCounts] = [
            1: ScrapeCounts(seeds: 3, downloaders: 1), 2: ScrapeCounts(seeds: 4, downloaders: -1),
            3: ScrapeCounts(seeds: -1, downloaders: -1),
        ]
        watch.take([1, 2, 3, 4].map { .announced(token: $0) })
        watch.look(at: Self.now, counts: { said[$0] }, scrape: { _ in })
        #expect(watch.total == ScrapeCounts(seeds: 7, downloaders: 1))
        said[2] = ScrapeCounts(seeds: -1, downloaders: -1)
        watch.take([.trackerFailed(token: 2)])
        watch.look(at: Self.now, counts: { said[$0] }, scrape: { _ in })
        #expect(watch.total == ScrapeCounts(seeds: 3, downloaders: 1))
        watch.forget([1])
        #expect(!watch.total.isKnown)
    }

    @Test("A torrent is scraped only if announces return no counts, and not often")
    func scrapes() throws {
        var watch = try ScrapeWatch()
        var said: [UInt64: ScrapeCounts] = [
            1: ScrapeCounts(seeds: 1, downloaders: 0), 2: ScrapeCounts(seeds: -1, downloaders: -1),
        ]
        var scraped: [UInt64] = []
        func look(after time: Duration) {
            watch.take([1, 2].map { .announced(token: $0) })
            watch.look(
                at: Self.now + time, counts: { said[$0] }, scrape: { scraped.append($0) })
        }
        look(after: .zero)
        #expect(scraped == [2])
        look(after: ScrapeWatch.scrapePause - .seconds(1))
        #expect(scraped == [2])
        // Counts from a scrape get old, too.
        said[2] = ScrapeCounts(seeds: 5, downloaders: 5)
        look(after: ScrapeWatch.scrapePause)
        #expect(scraped == [2, 2])
        // Neither a scrape's answer nor a failure triggers another scrape.
        watch.take([.scraped(token: 2), .trackerFailed(token: 2)])
        watch.look(
            at: Self.now + ScrapeWatch.scrapePause * 3, counts: { said[$0] },
            scrape: { scraped.append($0) })
        #expect(scraped == [2, 2])
    }

    @Test("With very many torrents, some are examined at a time, and eventually all")
    func pace() throws {
        var watch = try ScrapeWatch()
        let tokens = (1...2500).map { UInt64($0) }
        watch.take(tokens.map { .announced(token: $0) })
        var (looked, scraped): ([UInt64], [UInt64]) = ([], [])
        var looks = 0
        repeat {
            let before = (looked.count, scraped.count)
            watch.look(
                at: Self.now,
                counts: {
                    looked.append($0)
                    return ScrapeCounts()
                }, scrape: { scraped.append($0) })
            #expect(looked.count - before.0 <= ScrapeWatch.torrentsALook)
            #expect(scraped.count - before.1 <= ScrapeWatch.scrapesALook)
            looks += 1
        } while looks < 100 && scraped.count < tokens.count
        #expect(looked.sorted() == tokens)
        #expect(scraped.sorted() == tokens)
    }

    @Test("Nothing wakes up without news")
    func rest() throws {
        var watch = try ScrapeWatch()
        // For a tracker that has never answered, a failure is not news.
        watch.take([.scraped(token: 1), .trackerFailed(token: 1), .checked(token: 1)])
        var looked: [UInt64] = []
        watch.look(
            at: Self.now,
            counts: {
                looked.append($0)
                return nil
            }, scrape: { _ in })
        #expect(looked.isEmpty && !watch.isAwaitingTime)
        watch.take([.announced(token: 1)])
        #expect(watch.isAwaitingTime)
    }
}
