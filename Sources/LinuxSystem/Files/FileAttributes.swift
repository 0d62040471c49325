import Glibc
import SystemPackage

/// A user and a group, by their numbers.
public struct FileOwner: Equatable, Sendable {
    /// Of the owner.
    public let user: uid_t
    /// Of its group.
    public let group: gid_t

    public init(user: uid_t, group: gid_t) {
        self.user = user
        self.group = group
    }
}

/// Changes of one file, folder or link, never of what a link leads to.
extension FileInTree {
    /// Gives it away: fchownat(2).
    public func set(_ owner: FileOwner) throws(Errno) {
        try change { fchownat(folder, $0, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) }
    }

    /// Sets its permission bits, which a link has none of: fchmodat(2).
    public func set(mode: mode_t) throws(Errno) {
        guard status.kind == .file || status.kind == .folder else { return }
        try change { fchmodat(folder, $0, mode, AT_SYMLINK_NOFOLLOW) }
    }

    /// Sets when it was read and written last, in seconds since 1970: utimensat(2).
    public func set(time: Int64) throws(Errno) {
        let times = [timespec](repeating: timespec(tv_sec: Int(time), tv_nsec: 0), count: 2)
        try change { utimensat(folder, $0, times, AT_SYMLINK_NOFOLLOW) }
    }

    /// Takes it away, a folder where nothing is in it any more: unlinkat(2).
    public func remove() throws(Errno) {
        let flags = status.kind == .folder ? AT_REMOVEDIR : 0
        try change { unlinkat(folder, $0, flags) }
    }

    private func change(_ call: (UnsafePointer<CChar>) -> CInt) throws(Errno) {
        guard name.withPlatformString(call) == 0 else { throw Errno(rawValue: errno) }
    }
}
