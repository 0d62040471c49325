/// A text format in which Prometheus reads metrics.
public enum Exposition: Sendable {
    /// The text format 0.0.4 of Prometheus.
    case prometheus
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The media type of HTTP.
    public var mediaType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The text of `families`. A family whose name has been used already is left out.
    public func text(_ families: [MetricFamily]) -> String {
        var names: Set<String> = []
        var text = ""
        for family in families where !family.samples.isEmpty {
            let stem = family.kind == .counter ? family.name.withoutTotal : family.name
            guard names.insert(stem).inserted else { continue }
            let name = self == .openMetrics ? stem : family.name
            text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                text += sample.text
                text += "\n"
            }
        }
        return self == .openMetrics ? text + "# EOF\n" : text
    }
}

extension String {
    /// The name of a counter's family in OpenMetrics.
    fileprivate var withoutTotal: String {
        hasSuffix("_total") ? String(dropLast("_total".count)) : self
    }
}
