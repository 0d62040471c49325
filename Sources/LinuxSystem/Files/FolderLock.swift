import CLinux
import Glibc
import SystemPackage

/// A lock on a folder that one process of this kernel holds at a time: flock(2). It leaves no trace in the folder, and the
/// kernel releases it when its holder dies. Hosts that share the folder do not see it.
public final class FolderLock: Sendable {
    /// The open folder. A process that inherits it keeps the lock until it ends, too.
    public let descriptor: OwnedDescriptor
    /// Identifies the folder on this kernel: its device and inode numbers.
    public let identity: String
    private let device: dev_t
    private let inode: ino_t

    /// The result of an attempt.
    public enum Attempt: Sendable {
        case locked, heldByOther
        /// The file system has no such locks.
        case unsupported
    }

    /// The name of the file by which a process shows other hosts that it has the folder.
    public static let fileName = ".pierdat-lease"

    /// True for the name of such a file, and for the temporary names of one. It is never part of data.
    public static func isLeaseFile(_ name: String) -> Bool {
        name == fileName || name.hasPrefix("\(fileName).")
    }

    /// Opens the folder at `path`, and does not lock it yet.
    public init(_ path: FilePath) throws(Errno) {
        descriptor = try OwnedDescriptor(
            takingOver: path.withPlatformString {
                open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK)
            })
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        device = status.st_dev
        inode = status.st_ino
        identity = "\(device):\(inode)"
    }

    /// Does not wait.
    public func attempt() -> Attempt {
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return .heldByOther
            default: return .unsupported
            }
        }
        return .locked
    }

    /// Gives the lock back.
    public func release() {
        flock(descriptor.rawValue, LOCK_UN)
    }

    /// False if `path` is another folder by now, or none.
    public func isStill(at path: FilePath) -> Bool {
        var status = stat()
        return path.withPlatformString { stat($0, &status) } == 0 && status.st_dev == device
            && status.st_ino == inode
    }

    /// The process that holds the lock, by /proc/locks (proc(5)). nil if it is in another PID namespace, or the file
    /// system numbers its devices in another way.
    public var holder: pid_t? {
        guard let bytes = SmallFile.contents(of: "/proc/locks", atMost: 1 << 20) else { return nil }
        let (major, minor) = ((device >> 8) & 0xfff, device & 0xff | (device >> 12) & 0xfff00)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard words.count > 5, words[1] == "FLOCK", let pid = pid_t(words[4]), pid > 0 else {
                continue
            }
            let place = words[5].split(separator: ":")
            guard place.count == 3, dev_t(place[0], radix: 16) == major,
                dev_t(place[1], radix: 16) == minor, ino_t(place[2]) == inode
            else { continue }
            return pid
        }
        return nil
    }

    /// True if only this kernel can write the file system, so that the lock is enough. False for network file systems and
    /// for others that are not known.
    public var isOfOneKernel: Bool {
        Self.kinds.contains(linux_file_system_kind(descriptor.rawValue))
    }

    /// By their numbers in statfs(2): ext2 to ext4, XFS, Btrfs, overlay, tmpfs, ramfs, F2FS, ZFS, bcachefs, aufs.
    private static let kinds: Set<UInt32> = [
        0xef53, 0x5846_5342, 0x9123_683e, 0x794c_7630, 0x0102_1994, 0x8584_58f6, 0xf2f5_2010,
        0x2fc1_2fc1, 0xca45_1a4e, 0x6175_6673,
    ]

    /// Runs `body`, which creates or deletes files in the folder, and gives the folder its modification time back.
    public func keepingTime<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var status = stat()
        let isKnown = fstat(descriptor.rawValue, &status) == 0
        defer { if isKnown { _ = linux_set_time(descriptor.rawValue, status.st_mtim) } }
        return try body()
    }
}
