import BitTorrent
import Digest
import LinuxSystem
import Synchronization
import SystemPackage

/// The digest and the canonical torrent of a partial file, computed on threads of their own while the file grows.
/// Begins again if data turns out to be void.
final class Verification {
    /// What is known when the file is complete.
    struct Outcome: Sendable {
        let digest: ContentDigest
        /// nil for an empty file, which has none.
        let torrent: TorrentParameters?
    }

    /// What the threads of one round have found.
    private struct Findings: Sendable {
        var digest: Result<ContentDigest, Errno>?
        var torrent: Result<TorrentParameters?, TorrentError>?
    }

    private final class Round: Sendable {
        let watermark = Watermark()
        let findings = Mutex(Findings())
    }

    private let file: PartialFile
    private let algorithm: ContentDigest.Algorithm
    private let wake: EventDescriptor
    private var round = Round()
    /// The size for which the round computes a torrent.
    private var size: Int64?

    init(of file: PartialFile, algorithm: ContentDigest.Algorithm) throws(Errno) {
        self.file = file
        self.algorithm = algorithm
        wake = try EventDescriptor()
    }

    /// Readable when there may be an outcome.
    var descriptor: OwnedDescriptor { wake.descriptor }

    /// Begins at the first byte. Throws if the system refuses a thread.
    func begin() throws(TorrentError) {
        end()
        round = Round()
        size = nil
        let (round, wake) = (round, wake)
        do throws(Errno) {
            try DigestFollower.start(algorithm, of: file, upTo: round.watermark) { result in
                round.findings.withLock { $0.digest = result }
                wake.signal()
            }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
    }

    /// The file will have `size` bytes and be called `name`: begins to compute its torrent.
    func describe(as name: FileName, size: Int64) throws(TorrentError) {
        guard size != self.size else { return }
        // The torrent of a file of another size would never end.
        if self.size != nil { try begin() }
        self.size = size
        let (round, wake) = (round, wake)
        guard size > 0 else {
            round.findings.withLock { $0.torrent = .success(nil) }
            return wake.signal()
        }
        var publication = Publication(canonical: file.path)
        publication.name = name.text
        let (watermark, plan) = (round.watermark, publication)
        do throws(Errno) {
            try BackgroundThread.run {
                let arriving = ArrivingFile(size: size, wait: watermark.reaches)
                let result = Result { () throws(TorrentError) in
                    try plan.makeTorrent(of: arriving)
                }
                round.findings.withLock { $0.torrent = result }
                wake.signal()
            }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
    }

    /// The first `prefix` bytes are stored. `isComplete`: they are the whole file.
    func advance(to prefix: Int64, isComplete: Bool) {
        round.watermark.raise(to: prefix)
        if isComplete { round.watermark.close() }
    }

    /// Gives up the current round.
    func end() {
        round.watermark.close()
    }

    /// The outcome. nil if it is not known yet.
    func take() throws(TorrentError) -> Outcome? {
        wake.clear()
        let findings = round.findings.withLock { $0 }
        guard let digest = findings.digest, let torrent = findings.torrent else { return nil }
        let path = file.path
        let found = try digest.mapError { error -> TorrentError in
            .shortage(error) ?? .inputOutput("cannot read \(path): \(error)")
        }.get()
        return Outcome(digest: found, torrent: try torrent.get())
    }
}
