import BitTorrent
import LinuxSystem

extension ManifestTransfer {
    /// Bytes that have arrived in this run.
    var received: Int64 { active.reduce(receivedBytes) { $0 + $1.transfer.received } }
    /// Bytes that are stored.
    var stored: Int64 { active.reduce(doneBytes) { $0 + $1.transfer.stored } }
    /// True if only verification is left.
    private var isHashing: Bool {
        waiting.isEmpty && active.allSatisfy { $0.transfer.isComplete }
    }

    func report(now: ContinuousClock.Instant) throws(TorrentError) {
        let received = received
        rate.add(received, at: now)
        metered.update(
            [.webSeeds: received], DownloadProgress(watch, present: stored, of: manifest.size))
        reporter.report(progressText, now: now)
        if now - lastJournal >= Self.journalInterval { writeJournals(now: now) }
        let names = configuration.names
        switch watch.verdict(received: received, isBusy: isHashing, now: now) {
        case nil: break
        case .quiet(let time):
            reporter.say("no data received for \(ProgressLine.time(time))\(lastFailure)")
        case .timedOut(let limit):
            throw .timedOut(
                "not complete after \(ProgressLine.time(limit)) (\(names[.timeout]))\(lastFailure)")
        case .stalled(let limit):
            throw .timedOut(
                """
                no data received for \(ProgressLine.time(limit)) (\(names[.stallTimeout]))\(lastFailure)
                """)
        }
    }

    /// The server of the first file in transfer and its last failure, to follow a message.
    private var lastFailure: String {
        guard let file = active.first else { return "" }
        return " from \(file.file.urls[0].redacted)\(file.transfer.lastFailure)"
    }

    private var progressText: String {
        if isHashing { return "verifying the data and computing its torrent" }
        let done = manifest.files.count - waiting.count - active.count
        return ProgressLine.data(
            stored, of: manifest.size, rate: rate.value,
            sources: "\(done) of \(manifest.files.count) files")
    }

    /// What the search has found, if it is worth the change.
    func takeSearch() -> FoundMetadata? {
        guard let ended = search else { return nil }
        search = nil
        poller.remove(ended.ended)
        guard manifest.size - stored > Self.leastForPeers, let found = ended.foundMetadata,
            manifest.fits(found)
        else { return nil }
        return found
    }

    /// Leaves the missing files to the download of the torrent.
    func handOver(to candidate: FoundMetadata) -> Outcome {
        endTransfers()
        reporter.say("peers have the data: going on with them")
        return .swarm(candidate)
    }

    /// Ends all transfers and notes what they have written.
    func endTransfers() {
        torrent.end()
        search?.cancel()
        for file in active {
            file.end()
            file.transfer.cancelAll()
        }
        let end = ContinuousClock.now + .milliseconds(1200)
        while active.contains(where: { !$0.transfer.isIdle }), .now < end,
            (try? poller.wait(timeout: end - .now)) != nil
        {
            for event in fetchEvents.take() {
                for file in active { _ = file.transfer.takeEnd(event) }
            }
        }
        writeJournals(now: .now)
        for file in active where file.transfer.stored == 0 { file.partial.remove() }
        place.hidden.removeIfEmpty()
    }

    private func writeJournals(now: ContinuousClock.Instant) {
        lastJournal = now
        for file in active where file.partial.isInPlace {
            file.transfer.journal?.write(to: file.partial.journalPath)
        }
    }
}

extension RangeTransfer {
    /// Takes the event if it is about one of the running requests.
    fileprivate mutating func takeEnd(_ event: FetchEvents.Event) -> [News] {
        guard case .ended(let fetch, _, _, _) = event, running[ObjectIdentifier(fetch)] != nil
        else { return [] }
        return take(event, now: .now)
    }
}
