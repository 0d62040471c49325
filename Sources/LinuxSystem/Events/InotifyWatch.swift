import CLinux
import Glibc
import SystemPackage

/// Reports when a file is created, changed, deleted or replaced: inotify(7). The file and its
/// folders need not exist yet.
public final class InotifyWatch {
    /// Readable when something has changed.
    public let descriptor: OwnedDescriptor
    private let path: FilePath
    /// The watch on the deepest existing folder on the way to the file. `next` is the entry in this
    /// folder that leads to the file.
    private var folder: CInt = -1
    private var next: FilePath
    /// The watch on the file itself. The folder's watch misses changes of a file that is mounted
    /// here or reached through a symbolic link.
    private var file: CInt = -1

    private static let folderEvents =
        IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF
        | IN_MOVE_SELF | IN_ONLYDIR
    private static let fileEvents = IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF

    /// Watches `path`, which must be absolute.
    public init(file path: FilePath) throws(Errno) {
        self.path = path
        next = path
        descriptor = try OwnedDescriptor(
            takingOver: inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK)))
        try follow()
    }

    /// Empties the queue. Returns true if any event concerns the file.
    public func takeChange() -> Bool {
        var changed = false
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor.rawValue, buffer.baseAddress, buffer.count)
            guard count > 0 else { break }
            if concernsFile(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { changed = true }
        }
        // Fails only for lack of memory. The existing watches then stay in place.
        if changed { try? follow() }
        return changed
    }

    // MARK: Watches

    /// Watches the part of the path that exists now.
    private func follow() throws(Errno) {
        let former = (folder, file)
        repeat { try followFolder() } while isBehind
        file = add(path, UInt32(Self.fileEvents)) ?? -1
        for old in [former.0, former.1] where old >= 0 && old != folder && old != file {
            inotify_rm_watch(descriptor.rawValue, old)
        }
    }

    private func followFolder() throws(Errno) {
        next = path
        while true {
            let parent = next.removingLastComponent()
            if let watch = add(parent, UInt32(Self.folderEvents)) {
                folder = watch
                return
            }
            guard [ENOENT, ENOTDIR].contains(errno), parent != next else {
                throw Errno(rawValue: errno)
            }
            next = parent
        }
    }

    /// True if the next folder was created before its parent was watched.
    private var isBehind: Bool {
        var information = stat()
        return next != path && next.withPlatformString { stat($0, &information) } == 0
            && information.st_mode & S_IFMT == S_IFDIR
    }

    private func add(_ path: FilePath, _ events: UInt32) -> CInt? {
        let watch = path.withPlatformString {
            inotify_add_watch(descriptor.rawValue, $0, events)
        }
        return watch >= 0 ? watch : nil
    }

    // MARK: Events

    private func concernsFile(_ events: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + MemoryLayout<inotify_event>.size <= events.count {
            let event = events.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let start = offset + MemoryLayout<inotify_event>.size
            let bytes = events[start..<start + Int(event.len)].prefix { $0 != 0 }
            if concernsFile(event, about: String(decoding: bytes, as: UTF8.self)) { return true }
            offset = start + Int(event.len)
        }
        return false
    }

    private func concernsFile(_ event: inotify_event, about name: String) -> Bool {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 || event.wd == file { return true }
        guard event.wd == folder else { return false }
        // An event about the folder itself means that it was moved or deleted.
        guard !name.isEmpty else { return true }
        guard name == next.lastComponent?.string else { return false }
        return event.mask & UInt32(IN_CREATE) == 0 || next != path || isCompleteFromTheStart
    }

    /// True for a link. A regular file that was just created is still to be written.
    private var isCompleteFromTheStart: Bool {
        var information = stat()
        guard path.withPlatformString({ lstat($0, &information) }) == 0 else { return false }
        return information.st_mode & S_IFMT == S_IFLNK || information.st_nlink > 1
    }
}
