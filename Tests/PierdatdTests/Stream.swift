import Glibc
import LinuxSystem

/// The output of a program.
final class Stream {
    private let descriptor: OwnedDescriptor
    private(set) var text = ""
    private var isOpen = true

    init(_ descriptor: OwnedDescriptor) {
        self.descriptor = descriptor
        _ = fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK)
    }

    /// The complete lines.
    var lines: [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    /// Waits for the first line that contains `words`.
    @discardableResult
    func line(containing words: String) throws -> String {
        try line("with ‘\(words)’") { $0.contains(words) }
    }

    /// Waits for the first line that `matches`.
    @discardableResult
    func line(_ what: String, _ matches: (Substring) -> Bool) throws -> String {
        let deadline = Deadline()
        while true {
            if let line = lines.first(where: matches) { return String(line) }
            guard isOpen, deadline.wait(for: descriptor.rawValue) else {
                throw TimeIsUp(description: "no line \(what) in:\n\(text)")
            }
            take()
        }
    }

    /// Waits until `count` lines contain `words`, and returns them.
    @discardableResult
    func lines(containing words: String, count: Int) throws -> [Substring] {
        let deadline = Deadline()
        while true {
            let found = lines.filter { $0.contains(words) }
            if found.count >= count { return found }
            guard isOpen, deadline.wait(for: descriptor.rawValue) else {
                throw TimeIsUp(description: "not \(count) lines with ‘\(words)’ in:\n\(text)")
            }
            take()
        }
    }

    /// Waits for the end of the stream and returns all of it.
    func end() throws -> String {
        let deadline = Deadline()
        while isOpen {
            guard deadline.wait(for: descriptor.rawValue) else {
                throw TimeIsUp(description: "no end after:\n\(text)")
            }
            take()
        }
        return text
    }

    /// Reads the available output without waiting.
    func take() {
        // A terminal also adds a carriage return to each line.
        isOpen = descriptor.readAvailable {
            text += String(decoding: $0.lazy.filter { $0 != 13 }, as: UTF8.self)
        }
    }
}
