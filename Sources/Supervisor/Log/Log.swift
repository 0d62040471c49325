import LinuxSystem

/// What `pierdatd` and its children say, line by line. When nobody reads it, lines are dropped and
/// counted; nothing ever waits and nothing grows.
final class Log {
    /// The most that is held back for a reader that is slow, in bytes.
    static let capacity = 65_536
    /// So much is written at once; also the most that a pipe takes whole or not at all (PIPE_BUF).
    private static let pieceSize = 4096

    let sink: any LogSink
    private let level: LogLevel
    private var pending: [UInt8] = []
    private var dropped = 0
    /// The sink had no room; it is for the loop to say when to go on.
    private(set) var isBlocked = false

    /// Of our own words those of `level` and above are written. What a child says is the child's business.
    init(_ sink: any LogSink, level: LogLevel) {
        self.sink = sink
        self.level = level
    }

    /// Something does not work, and stays so until somebody acts.
    func error(_ words: String) { write(.error, words) }

    /// Something is not as it should be.
    func warn(_ words: String) { write(.warning, words) }

    /// What happens.
    func say(_ words: String) { write(.info, words) }

    /// What happens in detail.
    func debug(_ words: @autoclosure () -> String) {
        if level == .debug { write(.debug, words()) }
    }

    private func write(_ level: LogLevel, _ words: String) {
        guard level <= self.level else { return }
        append("pierdatd: \(level.prefix)", Array(words.utf8)[...].withoutUserInformation)
        flush()
    }

    /// A line of a child's; written with the next ``flush()``, at the latest. The user information of URLs in it
    /// is not: not every program knows that a log is read by many.
    func forward(_ line: ArraySlice<UInt8>, of name: String) {
        append("\(name): ", line.withoutUserInformation)
    }

    /// Goes on in a new file if the log's file was renamed or removed.
    func reopen() {
        sink.reopen()
    }

    /// Goes on writing what is held back.
    func flush() {
        isBlocked = false
        write()
        guard !isBlocked, dropped > 0 else { return }
        let words = "\(dropped) lines were dropped: nobody read the log"
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

    /// Whole lines together as far as a pipe keeps them together; a longer line by itself.
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
