import Glibc
import LinuxSystem

/// Permission bits as Docker's `COPY --chmod` takes them, in octal.
public struct Permissions: Equatable, Sendable, CustomStringConvertible {
    public let description: String
    private let bits: mode_t

    /// nil where it is no octal number of at most four digits.
    public init?(_ text: String) {
        guard (1...4).contains(text.utf8.count), text.utf8.first.map({ $0 &- 0x30 < 8 }) == true,
            let bits = mode_t(text, radix: 8)
        else { return nil }
        description = text
        self.bits = bits
    }

    /// For something of `kind`. Whoever may read a folder may enter it, or 0644 would lock the data up.
    func bits(of kind: FileStatus.Kind) -> mode_t {
        kind == .folder ? bits | (bits & 0o444) >> 2 : bits
    }

    /// Whether any user can read files that have it.
    public var isReadableByAll: Bool { bits & 0o004 != 0 }
}
