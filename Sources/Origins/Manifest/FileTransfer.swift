import BitTorrent
import Digest
import LinuxSystem
import Synchronization
import SystemPackage

/// One file of a manifest while it is downloaded.
final class FileTransfer {
    /// A digest that a thread has computed, for the round of a transfer.
    struct Finding: Sendable {
        let index: Int
        let round: Int
        let digest: Result<[UInt8], Errno>
    }

    /// Takes the digests of all transfers.
    final class Findings: Sendable {
        private let all = Mutex<[Finding]>([])
        private let wake: EventDescriptor

        init() throws(Errno) {
            wake = try EventDescriptor()
        }

        /// Readable while there are findings.
        var descriptor: OwnedDescriptor { wake.descriptor }

        func post(_ finding: Finding) {
            all.withLock { $0.append(finding) }
            wake.signal()
        }

        /// All findings since the last call.
        func take() -> [Finding] {
            wake.clear()
            return all.withLock { findings in
                defer { findings = [] }
                return findings
            }
        }
    }

    /// The number of the file in the manifest.
    let index: Int
    let file: ManifestFile
    let partial: PartialFile
    var transfer: RangeTransfer
    private let findings: Findings
    private var watermark = Watermark()
    /// Grows when the data that was hashed turns out to be void.
    private(set) var round = 0

    /// A file of this size is hashed when it is complete. A thread is not worth it.
    private static let small: Int64 = 1 << 20

    init(
        _ index: Int, _ file: ManifestFile, into partial: PartialFile, _ transfer: RangeTransfer,
        findings: Findings
    ) throws(TorrentError) {
        self.index = index
        self.file = file
        self.partial = partial
        self.transfer = transfer
        self.findings = findings
        if !isSmall { try begin() }
    }

    var isSmall: Bool { file.size <= Self.small }

    /// Hashes from the first byte. Throws if the system refuses a thread.
    private func begin() throws(TorrentError) {
        watermark = Watermark()
        let (index, round, findings) = (index, round, findings)
        let (digest, size) = (file.digest, file.size)
        do throws(Errno) {
            try DigestFollower.start(of: partial, upTo: watermark) {
                digest.hasher(size: size)
            } result: { hasher in
                findings.post(
                    Finding(index: index, round: round, digest: hasher.map { $0.finish() }))
            }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
    }

    /// The data that was hashed is void.
    func restart() throws(TorrentError) {
        watermark.close()
        round += 1
        if !isSmall { try begin() }
    }

    /// Lets the thread hash what has arrived.
    func advance() {
        guard !isSmall else { return }
        watermark.raise(to: transfer.prefix)
        if transfer.isComplete { watermark.close() }
    }

    /// Ends the thread.
    func end() {
        watermark.close()
    }

    /// The digest of a small file that is complete.
    func digest() throws(TorrentError) -> [UInt8] {
        guard let hasher = file.digest.hasher(size: file.size) else {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
        do throws(Errno) {
            _ = try hasher.add(partial.file, 0..<file.size)
        } catch {
            throw .inputOutput("cannot read \(partial.path): \(error)")
        }
        return hasher.finish()
    }
}
