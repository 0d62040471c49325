import Metrics

/// How far a download has come, for metrics.
package struct DownloadProgress: Equatable, Sendable {
    private let isStalled: Bool
    private let present: Int64?
    private let size: Int64?

    /// `present` of `size` bytes are there. nil for what is not known yet. `watch` says if nothing arrives.
    package init(_ watch: StallWatch? = nil, present: Int64? = nil, of size: Int64? = nil) {
        isStalled = watch?.isQuiet == true
        self.present = present
        self.size = size
    }

    /// The progress of a torrent.
    init(_ watch: StallWatch?, _ status: TorrentStatus) {
        let isKnown = status.state != .fetchingMetadata
        self.init(
            watch, present: isKnown ? status.done : nil, of: isKnown ? status.wanted : nil)
    }

    var samples: [MetricSample] {
        var samples = [MetricSample("get_stalled", [], isStalled ? 1 : 0)]
        if let present { samples.append(MetricSample("get_present_bytes", [], Double(present))) }
        if let size { samples.append(MetricSample("get_size_bytes", [], Double(size))) }
        return samples
    }
}
