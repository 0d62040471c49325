/// All numbers of one name, for Prometheus.
public struct MetricFamily: Equatable, Sendable {
    /// The complete name, with the prefix.
    public var name: String
    /// The kind.
    public var kind: MetricKind
    /// What the numbers mean, on one line.
    public var help: String
    /// The numbers. Their names are that of the family, in a histogram with a suffix.
    public var samples: [MetricSample]

    /// The family `name` with `samples`.
    public init(_ name: String, _ kind: MetricKind, _ help: String, _ samples: [MetricSample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// The families of `numbers`, sorted by name, with the prefix `pierdat_`.
    public static func families(of numbers: [MetricSample.Key: Double]) -> [MetricFamily] {
        var families: [String: MetricFamily] = [:]
        for (key, value) in numbers {
            guard let kind = MetricCatalogue.kind(of: key) else { continue }
            let name = MetricCatalogue.familyName(of: key)
            let sample = MetricSample(MetricCatalogue.prefix + key.name, key.labels, value)
            families[
                name,
                default: MetricFamily(
                    MetricCatalogue.prefix + name, kind, MetricCatalogue.help(of: name), [])
            ].samples.append(sample)
        }
        return families.values.map(\.sorted).sorted { $0.name < $1.name }
    }

    /// The same family with its samples in a fixed order: the limits of a histogram ascend.
    private var sorted: MetricFamily {
        var family = self
        let keyed = samples.map { (limit: $0.limit, text: $0.key.text, sample: $0) }
        family.samples = keyed.sorted { ($0.limit, $0.text) < ($1.limit, $1.text) }.map(\.sample)
        return family
    }
}

extension MetricSample {
    /// The limit of a bucket. The sum and the count follow the last one.
    fileprivate var limit: Double {
        guard let text = key.labels.first(where: { $0.name == "le" })?.value else {
            return key.name.hasSuffix("_sum") || key.name.hasSuffix("_count") ? .infinity : 0
        }
        return text == "+Inf" ? .greatestFiniteMagnitude : Double(text) ?? 0
    }
}
