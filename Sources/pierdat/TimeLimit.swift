import ArgumentParser

/// A time on the command line: seconds, or a number with s, m or h.
struct TimeLimit: ExpressibleByArgument, Equatable, Sendable {
    let seconds: Int64

    /// nil: no limit.
    var duration: Duration? { seconds == 0 ? nil : .seconds(seconds) }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        let unit = argument.last.flatMap { units[$0] }
        let digits = unit == nil ? argument[...] : argument.dropLast()
        guard let number = Int64(digits), number >= 0, number <= 31_536_000 / (unit ?? 1) else {
            return nil
        }
        seconds = number * (unit ?? 1)
    }
}

/// How long a get may take.
struct TimeLimits {
    var timeout: TimeLimit?
    var stallTimeout: TimeLimit?

    /// What backends are told of it, beside the time that is left.
    var environment: [String: String] {
        stallTimeout.map { ["PIERDAT_STALL_TIMEOUT": String($0.seconds)] } ?? [:]
    }
}
