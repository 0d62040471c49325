import BitTorrent
import Digest
import LinuxSystem
import Synchronization
import SystemPackage

/// The digest of a partial file, computed on a thread of its own while the file grows. Begins again if data turns
/// out to be void.
final class Verification {
    private let file: PartialFile
    private let algorithm: ContentDigest.Algorithm
    private let outcome = Outcome()
    private var watermark = Watermark()
    private var round = 0
    private let wake: EventDescriptor

    /// The results of the threads, by round.
    private final class Outcome: Sendable {
        let results = Mutex<[Int: Result<ContentDigest, Errno>]>([:])
    }

    init(of file: PartialFile, algorithm: ContentDigest.Algorithm) throws(Errno) {
        self.file = file
        self.algorithm = algorithm
        wake = try EventDescriptor()
    }

    /// Readable when there is a result.
    var descriptor: OwnedDescriptor { wake.descriptor }

    /// Begins at the first byte. Throws if the system refuses a thread.
    func begin() throws(TorrentError) {
        end()
        round += 1
        watermark = Watermark()
        let (round, outcome, wake) = (round, outcome, wake)
        do throws(Errno) {
            try DigestFollower.start(algorithm, of: file, upTo: watermark) { result in
                outcome.results.withLock { $0[round] = result }
                wake.signal()
            }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
    }

    /// The first `prefix` bytes are stored. `isComplete`: they are the whole file.
    func advance(to prefix: Int64, isComplete: Bool) {
        watermark.raise(to: prefix)
        if isComplete { watermark.close() }
    }

    /// Gives up the current round.
    func end() {
        round += 1
        watermark.close()
    }

    /// The digest of the whole file. nil if it is not known yet.
    func take() -> Result<ContentDigest, Errno>? {
        wake.clear()
        return outcome.results.withLock { results in
            defer { results = [:] }
            return results[round]
        }
    }
}
