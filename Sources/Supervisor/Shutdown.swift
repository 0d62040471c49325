/// The shutdown sequence within one grace period. The container's program gets most of the time,
/// and seeders keep running meanwhile.
struct Shutdown {
    enum Step {
        /// Stop the seeders for the rest of the grace period.
        case stopSeeders
        /// The grace period is over.
        case killProgram
    }

    /// When all remaining processes are killed.
    let end: SuspendingClock.Instant
    private var steps: [(time: SuspendingClock.Instant, step: Step)]

    init(at now: SuspendingClock.Instant, grace: GracePeriod) {
        end = now.advanced(by: grace.total)
        steps = [(end.advanced(by: .zero - grace.seeders), .stopSeeders), (end, .killProgram)]
    }

    /// When the next step is due.
    var deadline: SuspendingClock.Instant? { steps.first?.time }

    /// The step that is due at `now`. Each step is returned once.
    mutating func next(at now: SuspendingClock.Instant) -> Step? {
        guard let first = steps.first, first.time <= now else { return nil }
        return steps.removeFirst().step
    }
}
