/// The end of everything, in one grace period altogether: the container's program has most of it,
/// and seeders go on meanwhile.
struct Shutdown {
    enum Step {
        /// Seeders are told to end, too, for their part of the time.
        case stopSeeders
        /// The time is over.
        case killProgram
    }

    /// When whatever is left is killed.
    let end: SuspendingClock.Instant
    private var steps: [(time: SuspendingClock.Instant, step: Step)]

    init(at now: SuspendingClock.Instant, grace: GracePeriod) {
        end = now.advanced(by: grace.total)
        steps = [(end.advanced(by: .zero - grace.seeders), .stopSeeders), (end, .killProgram)]
    }

    /// When the next step is due.
    var deadline: SuspendingClock.Instant? { steps.first?.time }

    /// The step that is due at `now`; each is told once.
    mutating func next(at now: SuspendingClock.Instant) -> Step? {
        guard let first = steps.first, first.time <= now else { return nil }
        return steps.removeFirst().step
    }
}
