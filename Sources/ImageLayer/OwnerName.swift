import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// `USER[:GROUP]` by names or numbers, as in Docker's `COPY --chown`.
public struct OwnerName: Equatable, Sendable, CustomStringConvertible {
    /// The text as the user wrote it.
    public let description: String
    private let user: String
    private let group: String?

    /// nil if the user or group is empty, or there are more than two parts.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        description = text
        user = parts[0]
        group = parts.count == 2 ? parts[1] : nil
    }

    /// Looks up names in the system's /etc/passwd and /etc/group. The default group is the user's
    /// primary group, or the same number for a numeric user.
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

    /// nil if the text is not a number, or is the number that means "unchanged" in chown(2).
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

    /// Throws if this process may not change a file's owner to `owner`. Checked before a long
    /// download.
    public func checkPermitted(_ owner: FileOwner) throws(LayerError) {
        let file = linux_memory_file("owner")
        // Without files in memory, the error appears when the owner is set.
        guard file >= 0 else { return }
        defer { close(file) }
        guard fchown(file, owner.user, owner.group) == 0 else {
            throw .ownerNotPermitted(description, Errno(rawValue: errno))
        }
    }
}
