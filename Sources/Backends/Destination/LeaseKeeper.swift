import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// Renews a lease on a thread of its own, whatever the download does, until it is stopped or has lost the lease.
final class LeaseKeeper: Sendable {
    /// What the thread reports.
    enum Report: Sendable {
        /// The lease is still ours after a time in which this process did not run.
        case resumed
        case lost
    }

    /// How often the file is renewed.
    private static let heartbeat = Duration.seconds(2)
    /// After a longer time in which we did not run, the guard may have stopped the backend (see `GuardProgram`).
    private static let longestPause = Duration.seconds(8)
    /// After so many renewals that failed, others will soon consider the lease stale.
    private static let mostFailures = 10

    private let file: LeaseFile
    private let folder: FolderLock
    private let end: EventDescriptor
    private let loss = Mutex<String?>(nil)
    private let report: @Sendable (Report) -> Void

    /// Starts the thread. Throws if the system refuses it.
    init(
        _ file: LeaseFile, of record: LeaseRecord, in folder: FolderLock,
        report: @escaping @Sendable (Report) -> Void
    ) throws(Errno) {
        self.file = file
        self.folder = folder
        self.report = report
        end = try EventDescriptor()
        try BackgroundThread.run { [self] in run(record) }
    }

    /// Ends the thread soon.
    func stop() {
        end.signal()
    }

    /// Why the lease was lost. nil if it is ours, as far as the thread knows.
    var lossReason: String? { loss.withLock { $0 } }

    private func run(_ record: LeaseRecord) {
        var record = record
        var failures = 0
        var last = ContinuousClock.now
        while !end.descriptor.isReadable(within: Self.heartbeat) {
            record.beat += 1
            do throws(Errno) {
                let stoodStill = ContinuousClock.now - last > Self.longestPause
                if let reason = try renew(record, stoodStill) { return lose(reason) }
                if stoodStill { report(.resumed) }
                failures = 0
                last = .now
            } catch {
                failures += 1
                guard failures < Self.mostFailures else {
                    return lose("its file \(FolderLock.fileName) cannot be written: \(error)")
                }
            }
        }
    }

    /// Returns why the lease is lost, nil if it is not.
    private func renew(_ record: LeaseRecord, _ stoodStill: Bool) throws(Errno) -> String? {
        switch try file.renew(record) {
        case .renewed: return nil
        case .taken(let other): return Self.reason(other)
        // The other process has finished.
        case .missing where stoodStill: return Self.reason(nil)
        // Somebody may have cleaned up.
        case .missing: break
        }
        do throws(Errno) {
            let isMade = try folder.keepingTime { () throws(Errno) in try file.create(record) }
            return isMade ? nil : Self.reason(nil)
        } catch .noSuchFileOrDirectory {
            return "the folder was deleted"
        }
    }

    private static func reason(_ other: LeaseRecord?) -> String {
        let name = other.map { "process \($0.pid) on \($0.host)" } ?? "another pierdat"
        return "\(name) has taken it over, because this process stood still for too long"
    }

    private func lose(_ reason: String) {
        loss.withLock { $0 = reason }
        report(.lost)
    }
}
