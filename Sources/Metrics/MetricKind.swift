/// The kind of a family of numbers, as Prometheus names it.
public enum MetricKind: String, Sendable {
    /// Only grows, until the program is started again. Its name ends in `_total`.
    case counter
    case gauge
    /// Has one number for each upper limit, and the sum and count of all observations.
    case histogram
}
