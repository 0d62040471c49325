import Glibc
import SystemPackage

/// Shows the progress of hashing if standard error is a terminal.
final class HashingProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastPercent = -1

    func report(_ fraction: Double) {
        let percent = Int(fraction * 100)
        guard isTerminal, percent != lastPercent else { return }
        lastPercent = percent
        let line = "\r\u{1B}[K" + (percent < 100 ? "hashing: \(percent)%" : "")
        // Progress is optional, so errors are ignored.
        _ = try? FileDescriptor.standardError.writeAll(line.utf8)
    }
}
