import CLinux
import Glibc
import SystemPackage

/// Tells that a file in a folder came, changed, or was put in another's place: inotify(7).
public struct InotifyWatch: Sendable {
    public let descriptor: OwnedDescriptor
    private let name: String

    /// Watches for `path`, which need not exist; its folder has to.
    public init(file path: FilePath) throws(Errno) {
        name = path.lastComponent?.string ?? ""
        descriptor = try OwnedDescriptor(
            takingOver: inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK)))
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE
        let folder = path.removingLastComponent()
        let number = folder.withPlatformString {
            inotify_add_watch(descriptor.rawValue, $0, UInt32(events) | UInt32(IN_ONLYDIR))
        }
        guard number >= 0 else { throw Errno(rawValue: errno) }
    }

    /// Takes what has come off the queue; true where any of it concerns the file.
    public func takeChange() -> Bool {
        var changed = false
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor.rawValue, buffer.baseAddress, buffer.count)
            guard count > 0 else { return changed }
            if concernsFile(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { changed = true }
        }
    }

    private func concernsFile(_ events: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + MemoryLayout<inotify_event>.size <= events.count {
            let event = events.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
            let start = offset + MemoryLayout<inotify_event>.size
            let bytes = events[start..<start + Int(event.len)].prefix { $0 != 0 }
            if String(decoding: bytes, as: UTF8.self) == name { return true }
            offset = start + Int(event.len)
        }
        return false
    }
}
