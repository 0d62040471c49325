/// What a download found in the cache, as the label `result` says.
public enum CacheResult: String, CaseIterable, Sendable {
    /// All of the data.
    case hit
    /// Some of the data.
    case partial
    /// None of the data.
    case miss
    /// The cache is full, not writable or has failed.
    case bypassed
}
