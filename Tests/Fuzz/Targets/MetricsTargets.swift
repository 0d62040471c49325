import LinuxSystem
import Metrics

@testable import Supervisor

extension FuzzTarget {
    /// A number that a child reports: it survives writing and reading, and what is shown of it is one line.
    static let metric = FuzzTarget("metric") { bytes throws(BrokenPromise) in
        guard let sample = MetricSample(line: bytes) else { return }
        let text = sample.text
        try BrokenPromise.unless(!text.utf8.contains(10), "a number takes several lines")
        for label in sample.key.labels {
            try BrokenPromise.unless(
                label.value.isIdentical(to: label.value.onOneLine),
                "a label has a control character")
        }
        try BrokenPromise.unless(
            MetricSample(line: text.utf8) == sample || text.utf8.count > bytes.count,
            "a number is read as another: \(text)")
        var report = MetricReport()
        report.take(["X_PIERDAT_METRIC=" + Substring(text)])
        let page = Exposition.openMetrics.text(MetricFamily.families(of: report.numbers))
        let lines = page.split(separator: "\n")
        try BrokenPromise.unless([1, 4].contains(lines.count), "a number adds a line: \(page)")
    }

    /// A request to the metrics server: nothing is accepted beyond the limits.
    static let httpRequest = FuzzTarget("http-request") { bytes throws(BrokenPromise) in
        guard case .request(let request) = HTTPRequest.parse(Array(bytes)) else { return }
        try BrokenPromise.unless(
            request.path.utf8.first == UInt8(ascii: "/") && !request.path.contains("?")
                && request.path.utf8.allSatisfy { (0x21...0x7e).contains($0) },
            "a path is not one")
    }
}
