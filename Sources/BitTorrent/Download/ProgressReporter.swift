import Glibc
import LinuxSystem
import SystemPackage

/// Shows the progress of a download on standard error: on a terminal as one line that is updated in
/// place, otherwise as a line every few seconds.
package struct ProgressReporter {
    private let isTerminal: Bool
    private let interval: Duration
    private var lastLine: ContinuousClock.Instant?
    private var lastText = ""
    private var isLineOpen = false

    package init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        self.isTerminal = isTerminal
        interval = isTerminal ? .milliseconds(900) : .seconds(5)
    }

    /// Writes a progress line if it is due.
    package mutating func report(_ text: @autoclosure () -> String, now: ContinuousClock.Instant) {
        if let lastLine, now - lastLine < interval { return }
        // A log gets no line immediately, so that a quick download produces only the final line.
        if lastLine == nil, !isTerminal {
            lastLine = now
            return
        }
        let line = fitted(text())
        // Repeats an unchanged line only once a minute.
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

    /// Writes a separate line. May contain untrusted text.
    package mutating func say(_ line: String) {
        close()
        StandardError.say(line, by: "pierdat")
    }

    /// Clears the line that is updated in place, so that other output can follow.
    package mutating func close() {
        guard isLineOpen else { return }
        write(Self.clearedLine)
        isLineOpen = false
        lastText = ""
    }

    /// Carriage return and EL (ECMA-48): clears the line.
    private static let clearedLine = "\r\u{1B}[K"

    /// Shortens the line, because a wrapped line could not be cleared. Leaves the last column free,
    /// because some terminals wrap when it is written.
    private func fitted(_ line: String) -> String {
        guard isTerminal else { return line }
        return Self.shortened(line, to: (TerminalWidth.columns(of: STDERR_FILENO) ?? 80) - 1)
    }

    /// The line in at most `columns` characters. The last parts are dropped first.
    static func shortened(_ line: String, to columns: Int) -> String {
        var parts = line.split(separator: ", ")
        func length() -> Int { parts.reduce(-2) { $0 + $1.count + 2 } }
        while parts.count > 1, length() > columns { parts.removeLast() }
        return String(parts.joined(separator: ", ").prefix(max(0, columns)))
    }

    private func write(_ text: String) {
        // A broken log must not fail a download.
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
