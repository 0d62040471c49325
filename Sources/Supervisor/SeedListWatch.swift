import LinuxSystem
import SystemPackage

/// Reports changes of the seed list, once for a burst of changes.
final class SeedListWatch {
    /// A change is reported after this long without another change,
    private static let rest: Duration = .milliseconds(100)
    /// but at the latest this long after the first change of a burst.
    private static let longestBurst: Duration = .seconds(1)

    private let watch: InotifyWatch
    private let clock: SuspendingClock
    private var latest: SuspendingClock.Instant?
    /// When to report the change. nil if there is none.
    private(set) var deadline: SuspendingClock.Instant?

    init(_ path: FilePath, loop: EventLoop, clock: SuspendingClock) throws(Errno) {
        watch = try InotifyWatch(file: path)
        self.clock = clock
        _ = try loop.add(watch.descriptor) { [unowned self] in take() }
    }

    /// True if a change is to be reported now. Each change is reported once.
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
