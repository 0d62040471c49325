import Glibc
import LinuxSystem
import SystemPackage

/// A log file that is rotated at a maximum size. `NAME.1` is the previous file.
final class RotatedLogFile: LogSink {
    let pollable: OwnedDescriptor? = nil
    private let path: FilePath
    private let largest: Int
    private var file: OwnedDescriptor
    private var size: Int

    /// Opens `path` for appending. It is rotated before it exceeds `largest` bytes.
    init(_ path: FilePath, largest: Int) throws(Errno) {
        self.path = path
        self.largest = largest
        file = try Self.open(path)
        size = Self.size(of: file)
    }

    /// If the file cannot be opened, the log continues in the current file.
    func reopen() {
        guard let new = try? Self.open(path) else { return }
        file = new
        size = Self.size(of: new)
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        if size > 0, size + bytes.count > largest { rotate() }
        let count = bytes.withUnsafeBytes { Glibc.write(file.rawValue, $0.baseAddress, $0.count) }
        size += max(0, count)
        // On a full disk the bytes are lost, because waiting for space would block.
        return count > 0 ? count : bytes.count
    }

    /// If the file cannot be renamed, truncates it: losing old lines is better than filling the
    /// disk.
    private func rotate() {
        let aside = FilePath(path.string + ".1")
        let isMoved = path.withPlatformString { path in
            aside.withPlatformString { rename(path, $0) == 0 }
        }
        if isMoved, let new = try? Self.open(path) {
            file = new
        } else {
            ftruncate(file.rawValue, 0)
        }
        size = 0
    }

    private static func size(of file: OwnedDescriptor) -> Int {
        max(0, Int(lseek(file.rawValue, 0, SEEK_END)))
    }

    private static func open(_ path: FilePath) throws(Errno) -> OwnedDescriptor {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC
        return try OwnedDescriptor(
            takingOver: path.withPlatformString { Glibc.open($0, flags, 0o644) })
    }
}
