import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// `USER[:GROUP]` as Docker's `COPY --chown` takes it, by names or numbers.
public struct OwnerName: Equatable, Sendable, CustomStringConvertible {
    public let description: String
    private let user: String
    private let group: String?

    /// nil where it has no user, an empty group, or more than the two.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        description = text
        user = parts[0]
        group = parts.count == 2 ? parts[1] : nil
    }

    /// Looks names up in the system's own /etc/passwd and /etc/group. Without a group it is the user's
    /// own, or of a number that same number.
    public func owner() throws(LayerError) -> FileOwner {
        if let number = Self.number(user) {
            return FileOwner(user: number, group: try group.map(Self.group) ?? number)
        }
        guard let entry = getpwnam(user) else {
            throw .unknown(what: "user", name: user, file: "/etc/passwd")
        }
        let (number, ownGroup) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        return FileOwner(user: number, group: try group.map(Self.group) ?? ownGroup)
    }

    /// nil for what is none, and for the one that means "as it was": chown(2).
    private static func number(_ text: String) -> UInt32? {
        UInt32(text).flatMap { $0 == .max ? nil : $0 }
    }

    private static func group(_ name: String) throws(LayerError) -> gid_t {
        if let number = Self.number(name) { return number }
        guard let entry = getgrnam(name) else {
            throw .unknown(what: "group", name: name, file: "/etc/group")
        }
        return entry.pointee.gr_gid
    }

    /// Throws where this process may not give files to `owner`: better known before an hour of download.
    public func checkPermitted(_ owner: FileOwner) throws(LayerError) {
        let file = linux_memory_file("owner")
        // Where there are no files in memory, it turns out later.
        guard file >= 0 else { return }
        defer { close(file) }
        guard fchown(file, owner.user, owner.group) == 0 else {
            throw .ownerNotPermitted(description, Errno(rawValue: errno))
        }
    }
}
