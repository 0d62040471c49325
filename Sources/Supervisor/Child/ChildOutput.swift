import LinuxSystem
import SystemPackage

/// What one life of a child says, passed on to the log line by line until the stream's end, which
/// comes later than the child's own where it has left a process behind.
final class ChildOutput {
    private let name: String
    private let stream: OwnedDescriptor
    private let loop: EventLoop
    private let log: Log
    private var splitter = LineSplitter()
    private var registration: EventLoop.Registration?
    /// The last line that it has said, cut; nil if it has said nothing.
    private(set) var lastLine: String?

    /// So many bytes of the last line are kept.
    private static let longestLastLine = 400

    /// The reads that are made when the child has ended, at most: what a pipe holds, twice.
    private static let lastReads = 32

    init(_ stream: OwnedDescriptor, of name: String, loop: EventLoop, log: Log) throws(Errno) {
        self.name = name
        self.stream = stream
        self.loop = loop
        self.log = log
        // The loop keeps it alive until the end of the stream.
        registration = try loop.add(stream) { _ = self.takeSome() }
    }

    /// Passes on what is there already: the child's last words before those about its end.
    func drain() {
        for _ in 0..<Self.lastReads where registration != nil {
            guard takeSome() else { return }
        }
    }

    /// Forgets the stream: nothing more that is written to it is passed on.
    func close() {
        if let registration { loop.remove(registration) }
        registration = nil
    }

    /// Returns whether there was something.
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
        if !line.isEmpty {
            lastLine = String(decoding: line.prefix(Self.longestLastLine), as: UTF8.self).onOneLine
        }
    }
}
