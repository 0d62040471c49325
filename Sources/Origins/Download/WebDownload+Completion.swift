import BitTorrent
import LinuxSystem
import SystemPackage

extension WebDownload {
    /// Goes on with what an earlier run stored.
    func resume() throws(TorrentError) {
        guard name != nil, let journal = Journal(at: file.journalPath) else { return }
        transfer.resume(journal)
        guard transfer.stored > 0 else { return }
        reporter.say("\(ByteCount(transfer.stored)) are there already")
        try advanceVerification()
    }

    /// Gives the file its name.
    func finish(_ outcome: Verification.Outcome) throws(TorrentError) -> SeedableFile {
        guard let name, let size = transfer.plan?.size else {
            throw .invalid("\(shownURL): the file has no name")
        }
        do throws(Errno) {
            try file.resize(to: size)
        } catch {
            throw .cannotWrite(file.path, error)
        }
        try file.finish(as: name)
        metered.update([.webSeeds: transfer.received], isLast: true)
        reporter.sayTotals(
            of: size, received: transfer.received, after: ContinuousClock.now - start,
            isVerified: source.digest != nil)
        return SeedableFile(
            path: destination.path.appending(name.text), digest: outcome.digest,
            torrent: outcome.torrent)
    }

    /// Leaves the data so far to the download of the torrent, which verifies each piece.
    func handOver(to candidate: FoundMetadata) -> Outcome {
        endTransfers()
        reporter.say("peers have the data: going on with them")
        return .swarm(candidate)
    }

    /// Ends all transfers and notes what they have written.
    func endTransfers() {
        verification.end()
        search?.cancel()
        transfer.cancelAll()
        let end = ContinuousClock.now + .milliseconds(1200)
        while !transfer.isIdle, .now < end,
            (try? poller.wait(timeout: end - .now)) != nil
        {
            for event in fetchEvents.take() { _ = transfer.take(event, now: .now) }
        }
        writeJournal(now: .now)
        if transfer.stored == 0 { file.remove() }
    }

    func writeJournal(now: ContinuousClock.Instant) {
        lastJournal = now
        guard file.isInPlace else { return }
        transfer.journal?.write(to: file.journalPath)
    }
}
