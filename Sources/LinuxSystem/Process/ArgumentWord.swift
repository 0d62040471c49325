import Glibc

/// A word of a command line as execve(2) takes it: bytes, in no encoding that anybody promises.
public struct ArgumentWord: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Takes the bytes up to the zero that ends them.
    public init(copying word: UnsafePointer<CChar>) {
        bytes = UnsafeBufferPointer(start: word, count: strlen(word)).map(UInt8.init(bitPattern:))
    }

    /// The words that this program was started with, its own name first.
    public static var ofThisProgram: [ArgumentWord] {
        (0..<Int(CommandLine.argc)).compactMap {
            CommandLine.unsafeArgv[$0].map { ArgumentWord(copying: $0) }
        }
    }

    /// nil where the bytes are not UTF-8.
    public var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The text, or where there is none what can be read of it, other bytes as `\xE9`.
    public var description: String { String(showing: bytes) }

    /// A copy as C has it, ended by a zero; the caller frees it.
    func copied() -> UnsafeMutablePointer<CChar>? {
        strdup(bytes.map(CChar.init(bitPattern:)) + [0])
    }
}
