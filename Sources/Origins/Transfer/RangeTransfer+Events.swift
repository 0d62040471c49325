import BitTorrent
import HTTP

extension RangeTransfer {
    /// Takes an event of a transfer.
    mutating func take(_ event: FetchEvents.Event, now: ContinuousClock.Instant) -> [News] {
        switch event {
        case .opened(let fetch, let opening): return open(fetch, opening)
        case .progressed: return []
        case .ended(let fetch, let failure, let chain, let client):
            running[ObjectIdentifier(fetch)] = nil
            return end(fetch, failure, chain, client, now: now)
        }
    }

    mutating func open(_ fetch: Fetch, _ opening: FetchOpening) -> [News] {
        let index = fetch.order.mirror
        guard fetch.order.epoch == mirrors[index].epoch else { return [] }
        if !mirrors[index].ignoresVersion {
            mirrors[index].version = mirrors[index].version ?? opening.version
        }
        mirrors[index].supportsRanges = opening.supportsRanges
        var news: [News] = hasOpened ? [] : [.opened(opening)]
        hasOpened = true
        if plan == nil, let size = opening.version.size {
            var plan = SegmentPlan(size: size)
            plan.take(0..<min(size, fetch.state.end))
            self.plan = plan
            news.append(.sized(size))
        }
        return news
    }

    mutating func end(
        _ fetch: Fetch, _ failure: FetchFailure?, _ chain: RedirectChain, _ client: HTTPClient,
        now: ContinuousClock.Instant
    ) -> [News] {
        let (index, state) = (fetch.order.mirror, fetch.state)
        let start = fetch.order.range.lowerBound
        mirrors[index].active -= 1
        endedBytes += state.position - start
        guard fetch.order.epoch == mirrors[index].epoch else {
            if let size = plan?.size, start < size { plan?.giveBack(start..<min(state.end, size)) }
            forgetSizeIfAllIsVoid()
            return []
        }
        if state.position > start { mirrors[index].delay.succeed() }
        var news: [News] = []
        if plan == nil, failure == nil {
            plan = SegmentPlan(size: state.position)
            news.append(.sized(state.position))
        }
        if var plan {
            plan.store(start..<state.position, from: index)
            let end = min(state.end, plan.size)
            if state.position < end { plan.giveBack(state.position..<end) }
            self.plan = plan
            news += verifyPieces(in: start..<state.position)
        }
        guard let failure else {
            mirrors[index].location = chain.url == mirrors[index].url ? nil : chain
            mirrors[index].idle.append(client)
            return news
        }
        return news + fail(fetch.order, failure, now: now)
    }

    mutating func fail(
        _ order: Fetch.Order, _ failure: FetchFailure, now: ContinuousClock.Instant
    ) -> [News] {
        let index = order.mirror
        let url = mirrors[index].url.redacted
        if failure.mayBeExpired, order.chain.url != mirrors[index].url {
            if mirrors[index].location == order.chain { mirrors[index].location = nil }
            return []
        }
        switch failure {
        case .changed: return restart(index)
        case .noRanges:
            mirrors[index].supportsRanges = false
            return []
        case .storage(let error): return [.storage(error)]
        case .http(.noResource(let shortage)): return [.shortage(shortage)]
        case .cancelled: return []
        case .otherSize where expectedSize == nil:
            mirrors[index].isOfOtherSize = true
            return [
                .message("\(url): \(failure.words(configuration.names)): going on without it")
            ]
        default: break
        }
        // Its data may have been found wrong meanwhile.
        guard !mirrors[index].isDropped else { return [] }
        mirrors[index].lastFailure = failure
        let words = failure.words(configuration.names, advice: secrets.advice)
        if case .retry(let asked) = failure.remedy {
            // Several transfers fail for one reason.
            if case .resting = mirrors[index].state { return [] }
            let pause = mirrors[index].delay.fail(jitter: .random(in: -1...1))
            // A server that tells when to come back is alive.
            if asked != nil || mirrors[index].delay.failures < Self.mostFailures {
                let pause = max(pause, asked ?? .zero)
                mirrors[index].state = .resting(until: now + pause)
                let seconds = max(1, pause.components.seconds)
                return [.message("\(url): \(words): trying again in \(seconds) s")]
            }
        }
        return drop(index, words)
    }

    /// Never asks the mirror again, and discards nothing.
    mutating func drop(_ index: Int, _ reason: String) -> [News] {
        guard !mirrors[index].isDropped else { return [] }
        mirrors[index].state = .dropped(reason)
        suspects?.removeAll { $0 == index }
        askFirstSuspect()
        if mirrors.allSatisfy({ $0.isDropped || $0.isOfOtherSize }), askThoseOfOtherSize() {
            return [
                .restarted,
                .message("\(mirrors[index].url.redacted): \(reason): starting again without it"),
            ]
        }
        let isLast = mirrors.allSatisfy(\.isDropped)
        // The final message has the reason if no mirror is left.
        return isLast
            ? [] : [.message("\(mirrors[index].url.redacted): \(reason): going on without it")]
    }

    /// There is no room for a file of the size that the only server that has answered says. Leaves it out. nil
    /// if there is no other server.
    mutating func refuseSize() -> [News]? {
        guard mirrors.count(where: { !$0.isDropped }) > 1,
            let index = mirrors.firstIndex(where: { $0.version != nil })
        else { return nil }
        let size = plan?.size ?? 0
        for mirror in mirrors.indices { discard(from: mirror) }
        mirrors[index].version = nil
        let news = drop(index, "there is no room for the \(size) bytes that the file there has")
        forgetSizeIfAllIsVoid()
        return [.restarted] + news
    }

    /// Nobody is left who has a file of this size, so its data is void. False if there is no other size.
    mutating func askThoseOfOtherSize() -> Bool {
        guard mirrors.contains(where: { $0.isOfOtherSize && !$0.isDropped }) else { return false }
        for index in mirrors.indices {
            discard(from: index)
            mirrors[index].isOfOtherSize = false
            mirrors[index].version = nil
        }
        forgetSizeIfAllIsVoid()
        return true
    }

    /// Discards what came from the mirror.
    mutating func discard(from index: Int) {
        mirrors[index].epoch += 1
        for fetch in running.values where fetch.order.mirror == index { fetch.cancel() }
        plan?.drop(from: index)
        verified = []
        if let size = plan?.size { _ = verifyPieces(in: 0..<size, blaming: false) }
    }

    mutating func restart(_ index: Int) -> [News] {
        restarts += 1
        discard(from: index)
        mirrors[index].version = nil
        mirrors[index].location = nil
        forgetSizeIfAllIsVoid()
        let url = mirrors[index].url.redacted
        guard restarts <= Self.mostRestarts else {
            // Servers behind one name may have different tags for the same file. The digest decides.
            if hasDigest, !mirrors[index].ignoresVersion {
                mirrors[index].ignoresVersion = true
                return [.restarted, .message("\(url): its versions differ: relying on the digest")]
            }
            return [.restarted] + drop(index, "the file on the server changes again and again")
        }
        return [
            .restarted,
            .message("\(url): the file on the server has changed: starting again"),
        ]
    }
}

extension RangeTransfer {
    /// The new version of a file that has changed may have another size.
    mutating func forgetSizeIfAllIsVoid() {
        if running.isEmpty, plan?.done == 0, expectedSize == nil { plan = nil }
    }

    /// True while a transfer whose data is void may still write.
    var isSettling: Bool {
        running.values.contains { $0.order.epoch != mirrors[$0.order.mirror].epoch }
    }
}
