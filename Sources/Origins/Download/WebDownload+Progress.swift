import BitTorrent
import LinuxSystem

extension WebDownload {
    /// Throws if no server is left, or a time limit has expired.
    func checkProgress() throws(TorrentError) {
        guard transfer.isStuck else { return }
        let reasons = transfer.reasons
        let what =
            reasons.count == 1
            ? "cannot fetch \(reasons[0])"
            : "no server has the data:\n  " + reasons.joined(separator: "\n  ")
        guard transfer.hasCulprit else { throw .unavailable(what) }
        throw .invalid(what + ". Nothing was kept")
    }

    func report(now: ContinuousClock.Instant) throws(TorrentError) {
        let received = transfer.received
        rate.add(received, at: now)
        metered.update(
            [.webSeeds: received],
            DownloadProgress(watch, present: transfer.stored, of: transfer.plan?.size))
        reporter.report(progressText, now: now)
        if now - lastJournal >= Self.journalInterval { writeJournal(now: now) }
        if transfer.plan == nil, let shortage = destination.shortage(Self.reserve) {
            throw spaceError(available: shortage.available)
        }
        let names = configuration.names
        switch watch.verdict(received: received, isBusy: transfer.isComplete, now: now) {
        case nil: break
        case .quiet(let time):
            reporter.say(
                "no data received for \(ProgressLine.time(time)) from \(shownURL)\(transfer.lastFailure)"
            )
        case .timedOut(let limit):
            throw .timedOut(
                "not complete after \(ProgressLine.time(limit)) (\(names[.timeout])): \(shownURL)")
        case .stalled(let limit):
            throw .timedOut(
                """
                no data received for \(ProgressLine.time(limit)) (\(names[.stallTimeout])) from \
                \(shownURL)\(transfer.lastFailure)
                """)
        }
    }

    func spaceError(available: Int64) -> TorrentError {
        let needed: Int64
        if let size = transfer.plan?.size {
            needed = max(1, size - transfer.stored)
        } else {
            reporter.say("\(shownURL): the server did not say how much it sends")
            needed = Self.reserve
        }
        return .noSpace(needed: needed, available: available, folder: destination.path)
    }

    var progressText: String {
        if transfer.isComplete { return "verifying the digest" }
        let servers = transfer.activeMirrors
        let sources = "\(servers) \(servers == 1 ? "server" : "servers")"
        guard let size = transfer.plan?.size else {
            return
                "\(ByteCount(transfer.received)) of unknown size, \(ByteCount(rate.value))/s, \(sources)"
        }
        return ProgressLine.data(transfer.stored, of: size, rate: rate.value, sources: sources)
    }
}
