import LinuxSystem

/// What `pierdatd` and its children say, line by line. When nobody reads it, lines are dropped and
/// counted; nothing ever waits and nothing grows.
final class Log {
    /// The most that is held back for a reader that is slow, in bytes.
    static let capacity = 65_536
    /// So much is written at once; also the most that a pipe takes whole or not at all (PIPE_BUF).
    private static let pieceSize = 4096

    let sink: any LogSink
    private let isQuiet: Bool
    private var pending: [UInt8] = []
    private var dropped = 0
    /// The sink had no room; it is for the loop to say when to go on.
    private(set) var isBlocked = false

    /// `isQuiet` silences our own words, but for errors.
    init(_ sink: any LogSink, isQuiet: Bool) {
        self.sink = sink
        self.isQuiet = isQuiet
    }

    /// What goes on as it should.
    func say(_ words: String) {
        if !isQuiet { error(words) }
    }

    /// What does not.
    func error(_ words: String) {
        append("pierdatd: ", Array(words.utf8)[...])
        flush()
    }

    /// A line of a child's; written with the next ``flush()``, at the latest.
    func forward(_ line: ArraySlice<UInt8>, of name: String) {
        append("\(name): ", line)
    }

    /// Goes on writing what is held back.
    func flush() {
        isBlocked = false
        write()
        guard !isBlocked, dropped > 0 else { return }
        let words = "\(dropped) lines were dropped: nobody read the log"
        dropped = 0
        say(words)
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
