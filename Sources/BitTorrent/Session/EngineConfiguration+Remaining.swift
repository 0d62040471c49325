extension EngineConfiguration {
    /// The settings for one of several attempts that began together at `start`: the time limit is what is left of
    /// it, and the attempt may wait for data at most `stall`.
    package func remaining(
        since start: ContinuousClock.Instant, stallAtMost stall: Duration? = nil
    ) -> EngineConfiguration {
        var settings = self
        settings.timeout = timeout.map { max($0 - (.now - start), .milliseconds(1)) }
        if let stall { settings.stallTimeout = min(stallTimeout ?? stall, stall) }
        return settings
    }

    /// True if nothing is left of the time limit.
    package func isOver(since start: ContinuousClock.Instant) -> Bool {
        remaining(since: start).timeout.map { $0 <= .milliseconds(1) } ?? false
    }
}
