import LinuxSystem

/// The state of one data set in the seed list.
public enum ServingState: String, CaseIterable, Sendable {
    /// It is available to all peers.
    case served
    /// Its data is being verified for the first time. It is served afterwards.
    case verifying
    /// It is no longer served because it has reached a goal of the user, such as a share ratio.
    case retired
    /// A later line of the seed list covers the same data and is served.
    case superseded
    /// Its data has changed and is being verified again. It is not served meanwhile.
    case rechecking
    /// Part of its data is corrupt or missing. The rest is served.
    case damaged
    /// All of its data is missing.
    case missing
    /// It cannot be served because its line is malformed or its metadata cannot be read.
    case refused

    /// True if nothing is wrong.
    public var isHealthy: Bool {
        switch self {
        case .served, .verifying, .retired, .superseded: true
        case .rechecking, .damaged, .missing, .refused: false
        }
    }
}

/// A seeder's report on its lines of the seed list. It sends the report to `pierdatd` in a
/// NOTIFY_SOCKET datagram, next to `STATUS=` of sd_notify(3). The report counts the data sets in
/// each state and gives a reason if something is wrong.
///
///     X_PIERDAT_SERVING=served=2 damaged=1
///     X_PIERDAT_WHY=/var/lib/pierdat/….torrent: 1.0 MiB of 3.0 MiB on disk are corrupt or missing
public struct ServingReport: Equatable, Sendable {
    /// The number of data sets in each state. States without any are omitted.
    public private(set) var counts: [ServingState: Int] = [:]
    /// The first reason why something is wrong, on one line. nil if nothing is.
    public private(set) var reason: String?

    /// The upper limit of a count.
    public static let mostThings = 100_000_000
    /// The maximum length of a reason in characters.
    public static let longestReason = 300

    private static let servingField = "X_PIERDAT_SERVING"
    private static let reasonField = "X_PIERDAT_WHY"

    /// A report without any data set, which is healthy.
    public init() {}

    /// Sets a reason that concerns the whole seeder and precedes all others, such as a closed port.
    public mutating func put(first reason: String) {
        add(reason: reason)
    }

    /// Counts one data set. Keeps the reason of the first unhealthy one.
    public mutating func add(_ state: ServingState, reason: @autoclosure () -> String? = nil) {
        counts[state] = min((counts[state] ?? 0) + 1, Self.mostThings)
        if !state.isHealthy, self.reason == nil { add(reason: reason() ?? state.rawValue) }
    }

    private mutating func add(reason: String) {
        self.reason = String(reason.onOneLine.unicodeScalars.prefix(Self.longestReason))
    }

    /// True if everything in the report is healthy.
    public var isHealthy: Bool {
        reason == nil && counts.allSatisfy { $0.key.isHealthy || $0.value == 0 }
    }

    /// Why the report is not healthy, in one line. nil if it is.
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

    /// The report as lines of a datagram.
    public var datagramLines: String {
        let why = reason.map { "\n\(Self.reasonField)=\($0)" } ?? ""
        return "\(Self.servingField)=\(countsText)\(why)"
    }

    /// Parses the lines of a datagram. nil if they contain no report. Unknown states and malformed
    /// counts are ignored.
    public init?(datagramLines lines: [Substring]) {
        guard let counts = Self.value(of: Self.servingField, in: lines) else { return nil }
        self.init(counts: counts, reason: Self.value(of: Self.reasonField, in: lines))
    }

    /// Parses counts in the format of ``countsText``.
    public init(counts text: some StringProtocol, reason: (some StringProtocol)?) {
        let words = text.split(separator: " ").compactMap { word -> (String, Int)? in
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let count = Int(parts[1]) else { return nil }
            return (String(parts[0]), count)
        }
        self.init(
            counts: Dictionary(words) { _, last in last }, reason: reason.map { String($0) })
    }

    /// Takes counts by state name. Unknown names are ignored.
    public init(counts: [String: Int], reason: String?) {
        for (name, count) in counts where count > 0 {
            guard let state = ServingState(rawValue: name) else { continue }
            self.counts[state] = min(count, Self.mostThings)
        }
        if let reason, !reason.isEmpty { add(reason: reason) }
    }

    private static func value(of field: String, in lines: [Substring]) -> Substring? {
        // Compares bytes: "=" followed by a combining mark is a different Character.
        let start = (field + "=").utf8
        return lines.last { $0.utf8.starts(with: start) }.map {
            Substring($0.utf8.dropFirst(start.count))
        }
    }
}
