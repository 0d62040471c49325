import Glibc
import LinuxSystem

/// The standard input of a program: a pipe written by the test.
struct Input {
    private let pipe: Pipe

    init() throws {
        pipe = try Pipe()
        _ = fcntl(pipe.readingEnd.rawValue, F_SETFL, 0)
    }

    /// The end that the program reads.
    var descriptor: CInt { pipe.readingEnd.rawValue }

    func write(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes {
            Glibc.write(pipe.writingEnd.rawValue, $0.baseAddress, $0.count)
        }
    }
}
