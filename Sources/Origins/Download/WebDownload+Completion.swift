import BitTorrent
import Digest
import LinuxSystem
import SystemPackage

extension WebDownload {
    /// The file, if it is in the folder already and its digest is right.
    func presentFile() throws(TorrentError) -> Result? {
        guard let name else { return nil }
        let path = destination.path.appending(name.text)
        switch FileStatus(withoutFollowing: path)?.kind {
        case nil: return nil
        case .folder: throw .inTheWay("\(path): it is a folder")
        case .file?: break
        default: return nil
        }
        guard let expected = source.digest,
            let (digest, size) = try? Self.digest(of: path, like: expected)
        else { return nil }
        guard digest == expected else {
            reporter.say("\(path) has other data and will be replaced")
            return nil
        }
        reporter.say("all of the data is there already and verified")
        file.remove()
        return Result(path: path, digest: digest, size: size)
    }

    private static func digest(
        of path: FilePath, like expected: ContentDigest
    ) throws -> (ContentDigest, Int64) {
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow])
        return try file.closeAfter {
            var size: Int64 = 0
            let digest = try ContentDigest(expected.algorithm, of: file) { size += Int64($0) }
            return (digest, size)
        }
    }

    func resume() {
        guard let journal = Journal(at: file.journalPath) else { return }
        transfer.resume(journal)
        guard transfer.stored > 0 else { return }
        reporter.say("\(ByteCount(transfer.stored)) are there already")
        verification.advance(to: transfer.prefix, isComplete: transfer.isComplete)
    }

    func finish(_ digest: ContentDigest) throws(TorrentError) -> Result {
        guard let name, let size = transfer.plan?.size else {
            throw .invalid("\(shownURL): the file has no name")
        }
        do throws(Errno) {
            try file.resize(to: size)
        } catch {
            throw .cannotWrite(file.path, error)
        }
        try file.finish(as: name)
        reporter.sayTotals(
            of: size, received: transfer.received, after: ContinuousClock.now - start,
            isVerified: source.digest != nil)
        return Result(
            path: destination.path.appending(name.text), digest: digest, size: size)
    }

    /// Ends all transfers and notes what they have written.
    func endTransfers() {
        verification.end()
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
        transfer.journal?.write(to: file.journalPath)
    }
}
