import LinuxSystem
import SystemPackage

/// Tells that the seed list has changed, once for a burst of changes.
final class SeedListWatch {
    /// A change is told when so long no other has come,
    private static let rest: Duration = .milliseconds(100)
    /// but not later than this after the first.
    private static let longestBurst: Duration = .seconds(1)

    private let watch: InotifyWatch
    private let clock: SuspendingClock
    private var latest: SuspendingClock.Instant?
    /// When the change is to be told; nil where there is none.
    private(set) var deadline: SuspendingClock.Instant?

    init(_ path: FilePath, loop: EventLoop, clock: SuspendingClock) throws(Errno) {
        watch = try InotifyWatch(file: path)
        self.clock = clock
        _ = try loop.add(watch.descriptor) { [unowned self] in take() }
    }

    /// Whether there is a change to be told now; it is told once.
    func takeChange() -> Bool {
        guard let deadline, deadline <= clock.now else { return false }
        self.deadline = nil
        latest = nil
        return true
    }

    private func take() {
        guard watch.takeChange() else { return }
        let now = clock.now
        let latest = self.latest ?? now.advanced(by: Self.longestBurst)
        self.latest = latest
        deadline = min(now.advanced(by: Self.rest), latest)
    }
}
