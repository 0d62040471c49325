import BitTorrent
import LinuxSystem
import SystemPackage

extension RangeTransfer {
    /// Starts all requests that are useful now. Throws if the system has no thread or memory.
    mutating func schedule(now: ContinuousClock.Instant) throws(TorrentError) -> [News] {
        // What is being verified must not be written to again.
        guard !isSettling, !isComplete else { return [] }
        var news: [News] = []
        while running.count < mostRunning, let index = nextMirror(now: now),
            let order = nextOrder(for: index)
        {
            // What was written before, and perhaps verified, will be overwritten.
            if order.range.lowerBound == 0, hasBegun { news.append(.restarted) }
            hasBegun = true
            try start(order)
        }
        return news
    }

    /// The usable mirror with the fewest transfers.
    mutating func nextMirror(now: ContinuousClock.Instant) -> Int? {
        let usable = mirrors.indices.filter { mirrors[$0].isUsable(now: now) }
        guard plan != nil else { return running.isEmpty ? usable.first : nil }
        let ranged = usable.filter { mirrors[$0].supportsRanges != false }
        if ranged.isEmpty { return running.isEmpty ? usable.first : nil }
        return ranged.filter { mirrors[$0].active < limit(of: $0) }
            .min { mirrors[$0].active < mirrors[$1].active }
    }

    func limit(of index: Int) -> Int {
        // One request finds out first how the server behaves.
        mirrors[index].supportsRanges == nil ? 1 : Self.mostPerMirror
    }

    mutating func nextOrder(for index: Int) -> Fetch.Order? {
        guard let plan else {
            return mirrors[index].supportsRanges == false
                ? order(for: index, 0..<Int64.max, isPartial: false)
                : order(for: index, 0..<Self.firstSegment)
        }
        if mirrors[index].supportsRanges == false {
            self.plan = SegmentPlan(size: plan.size)
            self.plan?.take(0..<plan.size)
            verified = []
            return order(for: index, 0..<plan.size, isPartial: false)
        }
        var remaining = plan
        let missing = remaining.take(atMost: segmentLength(plan.size))
        self.plan = remaining
        return (missing ?? shareOfSlowest()).map { order(for: index, $0) }
    }

    func segmentLength(_ size: Int64) -> Int64 {
        let share = size / Int64(4 * Self.mostPerMirror) / (1 << 20) * (1 << 20)
        return min(64 << 20, max(4 << 20, share))
    }

    /// The rest of the transfer that would end last, so that no slow server delays the end. nil if none is
    /// worth another request.
    func shareOfSlowest() -> Range<Int64>? {
        let smallest: Int64 = 256 << 10
        let states = running.values.map { ($0, $0.state) }
        let best = states.map(\.1.rate).max() ?? 0
        let slowest = states.filter { $0.1.left > smallest && $0.1.timeLeft > Self.worthwhile }
            .max { $0.1.timeLeft < $1.1.timeLeft }
        guard let (fetch, state) = slowest else { return nil }
        let share = Double(state.rate) / Double(max(1, state.rate + best))
        let split = fetch.shorten(to: state.claimed + Int64(Double(state.left) * share))
        return split < state.end ? split..<state.end : nil
    }

    func order(
        for index: Int, _ range: Range<Int64>, isPartial: Bool = true
    ) -> Fetch.Order {
        let mirror = mirrors[index]
        return Fetch.Order(
            mirror: index, epoch: mirror.epoch, chain: mirror.chain,
            secrets: secrets, range: range, isPartial: isPartial, version: mirror.version,
            size: plan?.size,
            rateLimit: rateLimit,
            patience: Self.patience)
    }

    mutating func start(_ order: Fetch.Order) throws(TorrentError) {
        let client = try mirrors[order.mirror].takeClient()
        let fetch = Fetch(order, into: file, events: events, configuration: configuration)
        do throws(Errno) {
            try BackgroundThread.run { fetch.perform(with: client) }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
        running[ObjectIdentifier(fetch)] = fetch
        mirrors[order.mirror].active += 1
    }

    /// Ends all transfers within a second.
    func cancelAll() {
        for fetch in running.values { fetch.cancel() }
    }
}

extension Fetch.Progress {
    /// In bytes per second since the start, 0 if nothing has arrived yet.
    fileprivate var rate: Int64 {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Int64(Double(position - first) / max(seconds, 0.01))
    }

    /// Bytes that have not arrived yet.
    fileprivate var left: Int64 { end == .max ? 0 : end - claimed }

    /// The time that they will take at this rate. While nothing has arrived, the time that passed so far.
    fileprivate var timeLeft: Duration {
        rate > 0 ? .seconds(Double(left) / Double(rate)) : ContinuousClock.now - start
    }
}
