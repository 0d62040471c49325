import Glibc
import LinuxSystem

/// Octal permission bits, as in Docker's `COPY --chmod`.
public struct Permissions: Equatable, Sendable, CustomStringConvertible {
    /// The digits as the user wrote them.
    public let description: String
    private let bits: mode_t

    /// nil if the text is not an octal number of at most four digits.
    public init?(_ text: String) {
        guard (1...4).contains(text.utf8.count), text.utf8.first.map({ $0 &- 0x30 < 8 }) == true,
            let bits = mode_t(text, radix: 8)
        else { return nil }
        description = text
        self.bits = bits
    }

    /// The bits for a file of this kind. In a folder, read permission implies search permission,
    /// because 0644 would make its contents inaccessible.
    func bits(of kind: FileStatus.Kind) -> mode_t {
        kind == .folder ? bits | (bits & 0o444) >> 2 : bits
    }

    /// True if any user can read files with these bits.
    public var isReadableByAll: Bool { bits & 0o004 != 0 }
}
