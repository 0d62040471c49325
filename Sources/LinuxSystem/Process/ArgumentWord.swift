import Glibc

/// A command-line argument as execve(2) takes it: bytes without a guaranteed encoding.
public struct ArgumentWord: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// The UTF-8 bytes of `text`.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Copies the bytes up to the terminating zero.
    public init(copying word: UnsafePointer<CChar>) {
        bytes = UnsafeBufferPointer(start: word, count: strlen(word)).map(UInt8.init(bitPattern:))
    }

    /// The arguments of this program, starting with its name.
    public static var ofThisProgram: [ArgumentWord] {
        (0..<Int(CommandLine.argc)).compactMap {
            CommandLine.unsafeArgv[$0].map { ArgumentWord(copying: $0) }
        }
    }

    /// The text. nil if the bytes are not UTF-8.
    public var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The text. If the bytes are not UTF-8, non-ASCII bytes are shown as `\xE9`.
    public var description: String { String(showing: bytes) }

    /// A zero-terminated copy that the caller frees.
    func copied() -> UnsafeMutablePointer<CChar>? {
        strdup(bytes.map(CChar.init(bitPattern:)) + [0])
    }
}
