/// One number with its name and labels: `sent_bytes_total{transport="tcp"} 12`.
public struct MetricSample: Equatable, Sendable {
    /// A label and its value.
    public struct Label: Hashable, Sendable {
        /// The label's name.
        public var name: String
        /// Any text.
        public var value: String

        /// The label `name` with `value`.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What distinguishes a number from all others.
    public struct Key: Hashable, Sendable {
        /// The name without the prefix `pierdat_`.
        public var name: String
        /// The labels, in any order.
        public var labels: [Label]

        /// The number `name` with `labels`.
        public init(_ name: String, _ labels: [Label] = []) {
            self.name = name
            self.labels = labels
        }
    }

    /// The name and the labels.
    public var key: Key
    /// A finite number.
    public var value: Double

    /// The sample `name{labels} value`.
    public init(_ name: String, _ labels: [Label] = [], _ value: Double) {
        key = Key(name, labels)
        self.value = value
    }

    /// The sample `name{label="text"} value`.
    public init(_ name: String, _ label: String, _ text: String, _ value: Double) {
        self.init(name, [Label(label, text)], value)
    }

    /// The sample on one line, as in the text format of Prometheus.
    public var text: String { key.text + " " + Self.text(of: value) }

    /// A number as in the text format: without a fraction if it is whole.
    static func text(of value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? "\(value)"
    }
}

extension MetricSample.Key {
    /// The name with its labels, as in the text format of Prometheus.
    var text: String {
        guard !labels.isEmpty else { return name }
        let parts = labels.map { "\($0.name)=\"\($0.escapedValue)\"" }
        return "\(name){\(parts.joined(separator: ","))}"
    }
}

extension MetricSample.Label {
    /// The value with `\\`, `\"` and `\n` for a backslash, a quote and a line break.
    fileprivate var escapedValue: String {
        guard value.utf8.contains(where: { [0x22, 0x5c, 0x0a].contains($0) }) else { return value }
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            switch byte {
            case 0x22, 0x5c: bytes += [0x5c, byte]
            case 0x0a: bytes += [0x5c, UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
