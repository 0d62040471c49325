import Glibc
import SystemPackage

/// Tells how far the hashing is, where somebody looks on.
final class HashingProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastPercent = -1

    func report(_ fraction: Double) {
        let percent = Int(fraction * 100)
        guard isTerminal, percent != lastPercent else { return }
        lastPercent = percent
        let line = "\r\u{1B}[K" + (percent < 100 ? "hashing: \(percent)%" : "")
        // Nobody is harmed by a progress line that cannot be shown.
        _ = try? FileDescriptor.standardError.writeAll(line.utf8)
    }
}
