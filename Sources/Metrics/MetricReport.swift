/// The numbers that one program has reported in datagrams for NOTIFY_SOCKET, next to the lines of sd_notify(3):
///
///     X_PIERDAT_METRICS=begin
///     X_PIERDAT_METRIC=sent_bytes_total 1048576
///     X_PIERDAT_METRIC=tracker_up{tracker="udp://tracker.example:6969"} 1
///     X_PIERDAT_METRICS=end
///
/// A line replaces the number of the same name and labels. All lines between `begin` and `end`, also of several
/// datagrams, replace all numbers at once.
public struct MetricReport: Equatable, Sendable {
    /// The numbers, by name and labels.
    public private(set) var numbers: [MetricSample.Key: Double] = [:]
    /// The numbers since `begin`. nil outside of `begin` and `end`.
    private var arriving: [MetricSample.Key: Double]?

    /// The maximum number of numbers. Further ones are ignored.
    public static let most = 2000
    /// The maximum size of a datagram in bytes.
    public static let longestDatagram = 4096

    private static let numberField = "X_PIERDAT_METRIC="
    private static let markField = "X_PIERDAT_METRICS="
    /// The line before a complete report.
    public static let begin = "X_PIERDAT_METRICS=begin"

    /// A report without numbers.
    public init() {}

    /// A complete report.
    public init(_ samples: [MetricSample]) {
        for sample in samples { numbers.put(sample) }
    }

    /// The numbers in no particular order.
    public var samples: [MetricSample] {
        numbers.map { MetricSample($0.key.name, $0.key.labels, $0.value) }
    }

    /// False between `begin` and `end`.
    public var isComplete: Bool { arriving == nil }

    /// True if no counter of `former` is less or missing here.
    public func continues(_ former: MetricReport) -> Bool {
        former.numbers.allSatisfy { key, value in
            MetricCatalogue.kind(of: key) == .gauge || numbers[key] ?? -1 >= value
        }
    }

    /// Applies the lines of a datagram. Ignores malformed lines and lines of unknown kinds.
    public mutating func take(_ lines: [Substring]) {
        for line in lines {
            if let value = line.value(of: Self.numberField) {
                guard let sample = MetricSample(line: value), sample.isAcceptable else { continue }
                add(sample)
            } else if let mark = line.value(of: Self.markField) {
                takeMark(mark)
            }
        }
    }

    private mutating func takeMark(_ mark: Substring.UTF8View) {
        if mark.elementsEqual("begin".utf8) {
            arriving = [:]
        } else if mark.elementsEqual("end".utf8), let arrived = arriving {
            numbers = arrived
            arriving = nil
        }
    }

    private mutating func add(_ sample: MetricSample) {
        if arriving != nil {
            arriving?.put(sample)
        } else {
            numbers.put(sample)
        }
    }

    /// Adds the numbers of another program. Those with the same name and labels become one, in most cases their sum.
    public mutating func add(_ other: MetricReport) {
        for (key, value) in other.numbers {
            if let own = numbers[key] {
                numbers[key] = MetricCatalogue.merged(own, value, of: key.name)
            } else if numbers.count < Self.most {
                numbers[key] = value
            }
        }
    }

    /// Adds what remains of a program that has ended: its counters and histograms, which must not decrease, and the
    /// latest size of the cache.
    public mutating func keepCounters(of ended: MetricReport) {
        var kept = ended
        for (key, _) in ended.numbers where MetricCatalogue.kind(of: key) == .gauge {
            if MetricCatalogue.lasting.contains(key.name) {
                numbers[key] = nil
            } else {
                kept.numbers[key] = nil
            }
        }
        add(kept)
    }

    /// The datagrams that report `samples`, which replace all that were reported before.
    public static func datagrams(_ samples: [MetricSample]) -> [String] {
        var datagrams: [String] = []
        var current = begin
        for sample in samples.prefix(most) {
            let line = "\n" + numberField + sample.text
            if current.utf8.count + line.utf8.count > longestDatagram {
                datagrams.append(current)
                current = String(line.dropFirst())
            } else {
                current += line
            }
        }
        let end = markField + "end"
        if current.utf8.count + end.utf8.count + 1 > longestDatagram {
            return datagrams + [current, end]
        }
        return datagrams + ["\(current)\n\(end)"]
    }
}

extension [MetricSample.Key: Double] {
    fileprivate mutating func put(_ sample: MetricSample) {
        if self[sample.key] != nil || count < MetricReport.most { self[sample.key] = sample.value }
    }
}

extension MetricSample {
    /// False for a name that `pierdatd` itself uses, for an incomplete histogram, and for a negative counter.
    fileprivate var isAcceptable: Bool {
        switch MetricCatalogue.kind(of: key) {
        case .gauge?: true
        case .counter?, .histogram?: value >= 0
        case nil: false
        }
    }
}

extension Substring {
    /// Compares bytes: "=" followed by a combining mark is a different Character.
    fileprivate func value(of field: String) -> Substring.UTF8View? {
        utf8.starts(with: field.utf8) ? utf8.dropFirst(field.utf8.count) : nil
    }
}
