import LinuxSystem
import SystemPackage

/// Forwards a child's output to the log line by line until the end of the stream. The stream can
/// outlive the child if a process that the child started holds it open.
final class ChildOutput {
    private let name: String
    private let stream: OwnedDescriptor
    private let loop: EventLoop
    private let log: Log
    private var splitter = LineSplitter()
    private var registration: EventLoop.Registration?
    /// The last line, truncated. nil if there was no output. Not an indented line, which continues the one before it.
    private(set) var lastLine: String?

    /// The last line is truncated to this many bytes.
    private static let longestLastLine = 400

    /// The number of reads after the child has ended: twice the capacity of a pipe.
    private static let lastReads = 32

    init(_ stream: OwnedDescriptor, of name: String, loop: EventLoop, log: Log) throws(Errno) {
        self.name = name
        self.stream = stream
        self.loop = loop
        self.log = log
        // The closure retains this object until the stream is removed from the loop.
        registration = try loop.add(stream) { _ = self.takeSome() }
    }

    /// Forwards the output that is already in the pipe, so that it precedes the message about the
    /// child's end.
    func drain() {
        for _ in 0..<Self.lastReads where registration != nil {
            guard takeSome() else { return }
        }
    }

    /// Stops reading. Later output is lost.
    func close() {
        if let registration { loop.remove(registration) }
        registration = nil
    }

    /// Returns true if there was output.
    private func takeSome() -> Bool {
        var count = 0
        let isOpen = stream.readAvailable { bytes in
            count = bytes.count
            splitter.take(bytes) { forward($0) }
        }
        if !isOpen {
            splitter.end { forward($0) }
            close()
        }
        return count > 0
    }

    private func forward(_ line: ArraySlice<UInt8>) {
        log.forward(line, of: name)
        let words = LoggedRecord(line).map { Array($0.event.utf8)[...] } ?? line
        guard let first = words.first, lastLine == nil || first != UInt8(ascii: " ") else { return }
        // Redacted before it is cut, because a part of a URL does not show that it has a password.
        let shown = Redaction.bytes(words).prefix(Self.longestLastLine)
        lastLine = String(decoding: shown, as: UTF8.self).onOneLine
    }
}
