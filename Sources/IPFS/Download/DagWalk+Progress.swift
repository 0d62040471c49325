import BitTorrent
import LinuxSystem

extension DagWalk {
    /// Throws if a time limit has expired.
    func report(now: ContinuousClock.Instant) throws(TorrentError) {
        rate.add(received, at: now)
        metered.update(
            [.webSeeds: received],
            DownloadProgress(watch, present: done, of: max(announced, known)))
        reporter.report(progressText, now: now)
        let names = configuration.names
        switch watch.verdict(received: progress + Int64(fetcher.archived), isBusy: false, now: now)
        {
        case nil: break
        case .quiet(let time):
            reporter.say(
                "no block received for \(ProgressLine.time(time))\(fetcher.lastFailure)")
        case .timedOut(let limit):
            throw .timedOut(
                "not complete after \(ProgressLine.time(limit)) (\(names[.timeout])): \(uri.contentPath)"
            )
        case .stalled(let limit):
            throw .timedOut(
                """
                no block received for \(ProgressLine.time(limit)) (\(names[.stallTimeout])): \
                \(uri.contentPath)\(fetcher.lastFailure)
                """)
        }
    }

    private var progressText: String {
        let sources = "\(tree.files.count) \(tree.files.count == 1 ? "file" : "files") complete"
        let total = max(announced, known)
        guard total > 0 else { return "reading the first blocks of \(uri.contentPath)" }
        return ProgressLine.data(min(done, total), of: total, rate: rate.value, sources: sources)
    }
}
