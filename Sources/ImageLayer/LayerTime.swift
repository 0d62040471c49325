import LinuxSystem

/// The modification time of all downloaded files, so that two builds produce the same layer.
public struct LayerTime: Equatable, Sendable {
    /// Seconds since 1970.
    public let seconds: Int64

    /// 1980-01-01T00:00:00Z, which every archive format can represent.
    public static let fixed = LayerTime(seconds: 315_532_800)

    /// 9999-12-31T23:59:59Z.
    private static let last: Int64 = 253_402_300_799

    private init(seconds: Int64) {
        self.seconds = seconds
    }

    /// The time in `SOURCE_DATE_EPOCH` (reproducible-builds.org), or the fixed time if it is not
    /// set.
    public init(environment: [String: String]) throws(LayerError) {
        guard let text = environment["SOURCE_DATE_EPOCH"], !text.isEmpty else {
            self = .fixed
            return
        }
        guard let seconds = WholeNumber.parse(text, within: 0...Self.last) else {
            throw .time(text)
        }
        self.seconds = seconds
    }
}
