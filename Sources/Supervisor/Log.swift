import LinuxSystem

/// What `pierdatd` and its children say, on standard error, line by line. When nobody reads it,
/// lines are dropped and counted; nothing ever waits and nothing grows.
final class Log {
    /// The most that is held back for a reader that is slow, in bytes.
    static let capacity = 65_536

    let output = UnblockedOutput()
    private let isQuiet: Bool
    private var pending: ArraySlice<UInt8> = []
    private var dropped = 0

    /// `isQuiet` silences our own words, but for errors.
    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    /// Whether something waits for `output` to become writable.
    var isWaiting: Bool { !pending.isEmpty }

    func say(_ words: String) {
        if !isQuiet { error(words) }
    }

    func error(_ words: String) {
        write(Array("pierdatd: \(words)\n".utf8))
    }

    func forward(_ line: [UInt8], of name: String) {
        write(Array("\(name): ".utf8) + line + [UInt8(ascii: "\n")])
    }

    /// Writes on with what is held back.
    func flush() {
        guard !pending.isEmpty else { return }
        pending = pending.dropFirst(output.write(pending))
        guard pending.isEmpty, dropped > 0 else { return }
        let words = "\(dropped) lines were dropped: nobody read standard error"
        dropped = 0
        say(words)
    }

    private func write(_ line: [UInt8]) {
        guard pending.count + line.count <= Self.capacity else {
            dropped += 1
            return
        }
        pending += line
        flush()
    }
}
