import Glibc
import SystemPackage

/// A user ID and a group ID.
public struct FileOwner: Equatable, Sendable {
    /// The owner's user ID.
    public let user: uid_t
    /// The group ID.
    public let group: gid_t

    /// An owner by numbers. Neither needs an entry in /etc/passwd or /etc/group.
    public init(user: uid_t, group: gid_t) {
        self.user = user
        self.group = group
    }
}

/// Changes to one file, folder or link. Links are never followed.
extension FileInTree {
    /// Changes the owner and group: fchownat(2).
    public func set(_ owner: FileOwner) throws(Errno) {
        try change { fchownat(folder, $0, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) }
    }

    /// Sets the permission bits: fchmodat(2). Does nothing for links, which have none.
    public func set(mode: mode_t) throws(Errno) {
        guard status.kind == .file || status.kind == .folder else { return }
        try change { fchmodat(folder, $0, mode, AT_SYMLINK_NOFOLLOW) }
    }

    /// Sets the access and modification times, in seconds since 1970: utimensat(2).
    public func set(time: Int64) throws(Errno) {
        let times = [timespec](repeating: timespec(tv_sec: Int(time), tv_nsec: 0), count: 2)
        try change { utimensat(folder, $0, times, AT_SYMLINK_NOFOLLOW) }
    }

    /// Deletes the file, link or empty folder: unlinkat(2).
    public func remove() throws(Errno) {
        let flags = status.kind == .folder ? AT_REMOVEDIR : 0
        try change { unlinkat(folder, $0, flags) }
    }

    private func change(_ call: (UnsafePointer<CChar>) -> CInt) throws(Errno) {
        guard name.withPlatformString(call) == 0 else { throw Errno(rawValue: errno) }
    }
}
