/// A number of bytes, shown in binary units: 1 MiB is 2^20 bytes.
public struct ByteCount: Equatable, Sendable, CustomStringConvertible {
    /// The number of bytes.
    public let bytes: Int64

    /// Zero or more `bytes`.
    public init(_ bytes: Int64) {
        self.bytes = bytes
    }

    /// Whole bytes below 1 KiB, otherwise one decimal and a binary unit: `5.2 MiB`.
    public var description: String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
