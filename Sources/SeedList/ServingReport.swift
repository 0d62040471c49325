import LinuxSystem

/// What becomes of one thing that the seed list promises.
public enum ServingState: String, CaseIterable, Sendable {
    /// Whoever asks for it gets it.
    case served
    /// Its data is verified for the first time, and served when that is done.
    case verifying
    /// A goal of the user's is reached, such as a share ratio; it is not served any more.
    case retired
    /// A later line of the seed list promises the same data, and is served.
    case superseded
    /// Its data has changed and is verified again; meanwhile it is not served.
    case rechecking
    /// Part of its data is corrupt or missing; the rest is served.
    case damaged
    /// None of its data is there.
    case missing
    /// It cannot be served: its line is malformed, or what belongs to it cannot be read.
    case refused

    /// Whether the seed list's promise is kept.
    public var isHealthy: Bool {
        switch self {
        case .served, .verifying, .retired, .superseded: true
        case .rechecking, .damaged, .missing, .refused: false
        }
    }
}

/// How a seeder serves its part of the seed list, as it tells `pierdatd` in a datagram of NOTIFY_SOCKET beside
/// `STATUS=` of sd_notify(3): how many things are in which state, and why not all is well.
///
///     X_PIERDAT_SERVING=served=2 damaged=1
///     X_PIERDAT_WHY=/var/lib/pierdat/….torrent: 1.0 MiB of 3.0 MiB on disk are corrupt or missing
public struct ServingReport: Equatable, Sendable {
    /// How many things are in each state; states that nothing is in are left out.
    public private(set) var counts: [ServingState: Int] = [:]
    /// The first reason why not all is well, on one line; nil if all is.
    public private(set) var reason: String?

    /// So many things can be counted.
    public static let mostThings = 100_000_000
    /// So many characters of a reason are kept.
    public static let longestReason = 300

    private static let servingField = "X_PIERDAT_SERVING"
    private static let reasonField = "X_PIERDAT_WHY"

    public init() {}

    /// Puts a reason before all others that concerns the seeder as a whole, such as a port that is not open.
    public mutating func put(first reason: String) {
        add(reason: reason)
    }

    /// Counts one thing. The first reason of an unhealthy one is kept.
    public mutating func add(_ state: ServingState, reason: @autoclosure () -> String? = nil) {
        counts[state] = min((counts[state] ?? 0) + 1, Self.mostThings)
        if !state.isHealthy, self.reason == nil { add(reason: reason() ?? state.rawValue) }
    }

    private mutating func add(reason: String) {
        self.reason = String(reason.onOneLine.unicodeScalars.prefix(Self.longestReason))
    }

    /// Whether the seed list's promise is kept.
    public var isHealthy: Bool {
        reason == nil && counts.allSatisfy { $0.key.isHealthy || $0.value == 0 }
    }

    /// Why it is not healthy, in one line; nil if it is.
    public var complaint: String? {
        guard !isHealthy else { return nil }
        let unhealthy = counts.filter { !$0.key.isHealthy }.values.reduce(0, +)
        let others = unhealthy > 1 ? " (and \(unhealthy - 1) more)" : ""
        return (reason ?? "not everything is served") + others
    }

    /// The counts on one line, in the order of the states: `served=2 damaged=1`.
    public var countsText: String {
        ServingState.allCases.compactMap { state in
            counts[state].map { "\(state.rawValue)=\($0)" }
        }.joined(separator: " ")
    }

    /// The lines of a datagram.
    public var datagramLines: String {
        let why = reason.map { "\n\(Self.reasonField)=\($0)" } ?? ""
        return "\(Self.servingField)=\(countsText)\(why)"
    }

    /// What the lines of a datagram tell; nil if they tell nothing of serving. States that are not known are
    /// left out, and so is what is not a number.
    public init?(datagramLines lines: [Substring]) {
        guard let counts = Self.value(of: Self.servingField, in: lines) else { return nil }
        self.init(counts: counts, reason: Self.value(of: Self.reasonField, in: lines))
    }

    /// The counts as ``countsText`` has them.
    public init(counts text: some StringProtocol, reason: (some StringProtocol)?) {
        let words = text.split(separator: " ").compactMap { word -> (String, Int)? in
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let count = Int(parts[1]) else { return nil }
            return (String(parts[0]), count)
        }
        self.init(
            counts: Dictionary(words) { _, last in last }, reason: reason.map { String($0) })
    }

    /// The counts by the names of the states. Names that are not known are left out.
    public init(counts: [String: Int], reason: String?) {
        for (name, count) in counts where count > 0 {
            guard let state = ServingState(rawValue: name) else { continue }
            self.counts[state] = min(count, Self.mostThings)
        }
        if let reason, !reason.isEmpty { add(reason: reason) }
    }

    private static func value(of field: String, in lines: [Substring]) -> Substring? {
        // By bytes: to a String, "=" with a combining mark behind it is another character.
        let start = (field + "=").utf8
        return lines.last { $0.utf8.starts(with: start) }.map {
            Substring($0.utf8.dropFirst(start.count))
        }
    }
}
