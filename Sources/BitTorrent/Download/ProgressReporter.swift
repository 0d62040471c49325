import Glibc
import LinuxSystem
import SystemPackage

/// Tells on standard error how far a download is: on a terminal by a line that stays in place, else
/// by a line every few seconds.
struct ProgressReporter {
    private let isTerminal: Bool
    private let interval: Duration
    private var lastLine: ContinuousClock.Instant?
    private var lastText = ""
    private var isLineOpen = false

    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        self.isTerminal = isTerminal
        interval = isTerminal ? .milliseconds(900) : .seconds(5)
    }

    /// Writes the line where it is due.
    mutating func report(_ status: TorrentStatus, now: ContinuousClock.Instant) {
        if let lastLine, now - lastLine < interval { return }
        // The first line of a log waits, so that a quick get is one line: the last.
        if lastLine == nil, !isTerminal {
            lastLine = now
            return
        }
        let line = fitted(ProgressLine(status: status))
        // A log in which nothing happens need not be long.
        if line == lastText, let lastLine, now - lastLine < .seconds(60) { return }
        lastText = line
        lastLine = now
        if isTerminal {
            write(Self.clearedLine + line)
            isLineOpen = true
        } else {
            say(line)
        }
    }

    /// Writes a line of its own. What others have said may be in it.
    mutating func say(_ line: String) {
        close()
        write("pierdat: \(line.plain)\n")
    }

    /// Takes the line that stays in place away, so that others can write.
    mutating func close() {
        guard isLineOpen else { return }
        write(Self.clearedLine)
        isLineOpen = false
        lastText = ""
    }

    /// To the first column, and nothing from there on: ECMA-48, EL.
    private static let clearedLine = "\r\u{1B}[K"

    /// A line that is wrapped could not be taken away again. The last column stays free: some terminals
    /// wrap as soon as it is written.
    private func fitted(_ line: ProgressLine) -> String {
        guard isTerminal else { return line.description }
        return line.shortened(to: (TerminalWidth.columns(of: STDERR_FILENO) ?? 80) - 1)
    }

    private func write(_ text: String) {
        // A log that is gone is no reason to lose a download.
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
