import LinuxSystem
import SeedList

@testable import Supervisor

extension FuzzTarget {
    /// A child's status message, received through NOTIFY_SOCKET.
    static let note = FuzzTarget("note") { bytes throws(BrokenPromise) in
        var note = SeederNote()
        note.take(bytes)
        if let status = note.status {
            try BrokenPromise.unless(
                status.unicodeScalars.count <= SeederNote.longestStatus, "a status is not cut")
            try BrokenPromise.unless(
                status.isIdentical(to: status.onOneLine), "a status contains a control character")
        }
        guard let serving = note.serving else { return }
        if let reason = serving.reason {
            try BrokenPromise.unless(
                reason.unicodeScalars.count <= ServingReport.longestReason, "a reason is not cut")
            try BrokenPromise.unless(
                reason.isIdentical(to: reason.onOneLine), "a reason contains a control character")
        }
        let lines = serving.datagramLines.split(separator: "\n")
        try BrokenPromise.unless(
            ServingReport(datagramLines: lines) == serving, "a report is read as another")
    }

    /// The status report of `pierdatd`: it survives writing and reading.
    static let statusReport = FuzzTarget("status-report") { bytes throws(BrokenPromise) in
        guard let report = StatusReport(json: bytes) else {
            return
        }
        _ = report.complaint
        let json = report.json
        guard let again = StatusReport(json: json.utf8) else {
            throw BrokenPromise(description: "a report cannot be read again: \(json)")
        }
        try BrokenPromise.unless(json.isIdentical(to: again.json), "a report is read as another")
    }

    /// A child's output, in parts whose lengths the first bytes give: the parts make no difference
    /// to the lines.
    static let lineSplitter = FuzzTarget("line-splitter") { bytes throws(BrokenPromise) in
        // Gives long lines from short inputs.
        let parts = bytes.dropFirst(4).flatMap {
            $0 == 0xff ? Array(repeating: $0, count: 700) : [$0]
        }
        let lengths = bytes.prefix(4).map { Int($0) + 1 }
        guard lengths.count == 4 else { return }
        var splitter = LineSplitter()
        var lines: [[UInt8]] = []
        var rest = parts[...]
        var turn = 0
        while !rest.isEmpty {
            let part = Array(rest.prefix(lengths[turn % 4] * lengths[turn % 3]))
            rest = rest.dropFirst(part.count)
            turn += 1
            part.withUnsafeBytes { splitter.take($0) { lines.append(Array($0)) } }
        }
        splitter.end { lines.append(Array($0)) }
        try BrokenPromise.unless(lines == wholeLines(parts), "the parts make a difference")
    }

    private static func wholeLines(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
        if lines.last == [] { lines.removeLast() }
        return lines.map {
            $0.count > LineSplitter.longestLine
                ? Array($0.prefix(LineSplitter.longestLine)) + Array(" [cut]".utf8) : $0
        }
    }
}
