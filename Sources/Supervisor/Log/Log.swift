import LinuxSystem

/// The log of `pierdatd` and its children. If nobody reads it, lines are dropped and counted. It
/// never blocks, and its memory use is bounded.
final class Log {
    /// The maximum size of the buffer for a slow reader, in bytes.
    static let capacity = 65_536
    /// The size of one write: the most that a pipe writes atomically (PIPE_BUF).
    private static let pieceSize = 4096

    private(set) var sink: any LogSink
    private let level: LogLevel
    private let format: LogFormat
    private var pending: [UInt8] = []
    private var dropped = 0
    /// True if the sink is full. The event loop then waits until it is writable.
    private(set) var isBlocked = false

    /// Writes our own messages of `level` and more severe. Output of children is never filtered.
    init(_ sink: any LogSink, level: LogLevel, format: LogFormat) {
        self.sink = sink
        self.level = level
        self.format = format
    }

    /// Logs that something is broken until somebody acts.
    func error(_ words: String) { write(.error, words) }

    /// Logs that something is wrong.
    func warn(_ words: String) { write(.warning, words) }

    /// Logs normal operation.
    func say(_ words: String) { write(.info, words) }

    /// Logs details for debugging.
    func debug(_ words: @autoclosure () -> String) {
        if level == .debug { write(.debug, words()) }
    }

    private func write(_ level: LogLevel, _ words: String) {
        guard level <= self.level else { return }
        switch format {
        case .text:
            append("pierdatd: \(level.prefix)", Redaction.bytes(Array(words.utf8)[...]))
        case .json:
            append(LogRecord(level: level, component: "pierdatd", event: Redaction.text(words)))
        }
        flush()
    }

    /// A line of a child's; written with the next ``flush()``, at the latest. The user information of URLs in it
    /// is not: not every program knows that a log is read by many.
    func forward(_ line: ArraySlice<UInt8>, of name: String) {
        let line = Redaction.bytes(line)
        switch format {
        case .text: append("\(name): ", line)
        case .json where LoggedRecord(line) != nil: append("", line)
        case .json:
            append(LogRecord(line: String(decoding: line, as: UTF8.self), component: name))
        }
    }

    private func append(_ record: LogRecord) {
        append("", Array(record.json.utf8)[...])
    }

    /// Reopens the log file in case it was renamed or removed.
    func reopen() {
        sink.reopen()
    }

    /// Continues in another sink, with the buffered lines.
    func move(to sink: any LogSink) {
        self.sink = sink
        flush()
    }

    /// Writes the buffered lines.
    func flush() {
        isBlocked = false
        write()
        guard !isBlocked, dropped > 0 else { return }
        let words = "\(dropped) lines were dropped because nobody read the log"
        dropped = 0
        warn(words)
    }

    private func append(_ prefix: String, _ line: ArraySlice<UInt8>) {
        let length = prefix.utf8.count + line.count + 1
        if pending.count + length > Self.capacity, !isBlocked { write() }
        guard pending.count + length <= Self.capacity else {
            dropped += 1
            return
        }
        pending += prefix.utf8
        pending += line
        pending.append(UInt8(ascii: "\n"))
    }

    /// Writes whole lines, several at once as long as a pipe writes them atomically.
    private func write() {
        var written = 0
        while written < pending.count {
            let piece = self.piece(from: written)
            let count = sink.write(piece)
            written += count
            guard count == piece.count else {
                isBlocked = true
                break
            }
        }
        pending.removeFirst(written)
    }

    private func piece(from start: Int) -> ArraySlice<UInt8> {
        let newline = UInt8(ascii: "\n")
        let rest = pending[start...]
        if rest.count <= Self.pieceSize { return rest }
        if let last = rest.prefix(Self.pieceSize).lastIndex(of: newline) { return rest[...last] }
        let end = rest.firstIndex(of: newline) ?? rest.endIndex - 1
        return rest[...end]
    }
}
