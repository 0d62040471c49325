import BackendContract
import Glibc
import LinuxSystem
import SystemPackage

/// The right to write to DEST, which one process has at a time, however many processes and hosts share the folder.
///
/// Processes of one kernel exclude each other by a `FolderLock`. If other hosts may share the file system, a `LeaseFile`
/// shows them a heartbeat. A lease is stale if its file has not changed in many looks, so no clock is compared with
/// another. If DEST cannot be written there is no lease, because nobody needs one.
public final class DestinationLease {
    /// Why there is no lease.
    public enum Failure: Error, Sendable {
        /// A signal arrived while another process had it.
        case interrupted
        /// The deadline passed, as this message says.
        case timedOut(String)
    }

    /// The lock of a folder cannot be waited for together with signals.
    private static let interval = Duration.milliseconds(200)

    /// nil if DEST cannot be opened.
    private let lock: FolderLock?
    private let path: FilePath
    /// DEST and its parent folders, as far as this process created them. The deepest comes first.
    public let made: [FilePath]
    /// What other hosts see.
    private let shown: LeaseClaim?
    private var keeper: LeaseKeeper?

    private init(
        _ path: FilePath, _ lock: FolderLock?, made: [FilePath], shown: LeaseClaim? = nil
    ) {
        self.path = path
        self.lock = lock
        self.made = made
        self.shown = shown
    }

    /// Waits until no other process writes to `path`, and creates the folder if it is missing. `outer` is the identity of
    /// the folder whose lease the `pierdat` has that started this one, if any. `say` prints for whom it waits.
    public static func acquire(
        _ path: FilePath, within outer: String?, _ interruption: Interruption,
        deadline: ContinuousClock.Instant?, say: @escaping (String) -> Void
    ) throws(Failure) -> DestinationLease {
        var wait = LeaseWait(for: path, interruption, deadline: deadline, say: say)
        var made: [FilePath] = []
        while true {
            let missing = Folder.missing(of: path)
            if !missing.isEmpty { made = missing }
            guard (try? Folder.make(path)) != nil, let lock = try? FolderLock(path),
                lock.identity != outer
            else { return DestinationLease(path, nil, made: made) }
            let attempt = lock.attempt()
            guard attempt != .heldByOther else {
                let holder = lock.holder.map { "process \($0)" }
                try wait.pause(interval, heldBy: holder ?? "in another container of this host")
                continue
            }
            guard lock.isStill(at: path) else { continue }
            var claim = LeaseClaim(to: path, lock, isLocked: attempt == .locked)
            let isEnough = attempt == .locked && lock.isOfOneKernel
            let isWritable = (try? Folder.checkWritable(path)) != nil
            var isShown = false
            if !isEnough, isWritable {
                do throws(Failure) {
                    isShown = try wait.until(&claim)
                } catch {
                    // The file may be ours already.
                    DestinationLease(path, lock, made: made, shown: claim).release()
                    throw error
                }
            }
            guard isShown else {
                guard lock.isStill(at: path) else { continue }
                return DestinationLease(path, lock, made: made)
            }
            lock.keepingTime { claim.file.removeLeftovers() }
            return DestinationLease(path, lock, made: made, shown: claim)
        }
    }

    /// For the environment of backends, so that a `pierdat` that one of them runs does not wait for us.
    public var settings: [String: String] {
        lock.map { [EnvironmentVariable.lease.rawValue: $0.identity] } ?? [:]
    }

    /// A guard for backends that keeps the lock until it has killed them.
    public func makeGuard() throws -> BackendGuard {
        try BackendGuard(keeping: lock?.descriptor, stopsWithParent: shown != nil)
    }

    /// Renews the lease until it is released. If it is lost, kills the backends of `guardian` and withdraws the download.
    public func keep(_ guardian: BackendGuard, _ interruption: Interruption) throws(Errno) {
        guard let shown, let lock else { return }
        let withdrawal = interruption.withdrawal
        keeper = try LeaseKeeper(shown.file, of: shown.record, in: lock) { report in
            switch report {
            case .resumed: guardian.send(SIGCONT)
            case .lost:
                withdrawal.signal()
                guardian.send(SIGKILL)
            }
        }
    }

    /// The message for the user if the lease was lost. nil if we have it.
    public var loss: String? {
        guard let shown, let keeper else {
            let isGone = lock.map { $0.isOfOneKernel && !$0.isStill(at: path) } ?? false
            return isGone
                ? "\(path) was deleted or unmounted meanwhile; run the same command again" : nil
        }
        let isOurs = shown.file.isOf(shown.record)
        let reason = keeper.lossReason ?? (isOurs ? nil : "another process has taken it over")
        return reason.map {
            """
            this process may not write to \(path) any more: \($0). What has arrived is kept; run the same command \
            again
            """
        }
    }

    /// Lets other processes write to DEST. Deletes the folder if we have created it and it is empty.
    public func release() {
        keeper?.stop()
        if let shown { lock?.keepingTime { shown.file.remove(shown.record) } }
        for folder in made { folder.withPlatformString { _ = rmdir($0) } }
        lock?.release()
    }
}
