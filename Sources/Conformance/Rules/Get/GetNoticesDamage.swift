import Glibc
import LinuxSystem
import SystemPackage

extension Rule {
    /// A get over damaged data of the right size and time repairs it, or fails.
    static let getNoticesDamage = Rule("get-notices-damage", .get) { examination throws(Obstacle) in
        let reference = try examination.present()
        let largest = reference.data.files.max { one, other in
            let sizes = [one, other].map { reference.data.entries[$0]?.size ?? 0 }
            return sizes[0] < sizes[1]
        }
        guard let largest, reference.data.entries[largest]?.size ?? 0 > 0 else {
            throw .notChecked("all files are empty")
        }
        let name = largest.shown.excerpt(80)
        do throws(Errno) {
            try Damage.add(to: examination.sandbox.destination.pushing(largest))
        } catch {
            throw .failed("cannot change \(largest)", error)
        }
        let delivery = try examination.get()
        let seen = delivery.observation
        guard seen.isSuccess else {
            return .passed("get \(seen.ending) when a byte of '\(name)' was changed")
        }
        guard try examination.difference(of: delivery.data) == nil else {
            return .broken(
                "get exited with 0, but a byte of '\(name)' that was changed before is still wrong",
                asked: "If data already exists, get must verify it")
        }
        return .passed("get repaired a changed byte of '\(name)'")
    }
}

/// Changes a file in a way that only its content tells.
enum Damage {
    /// Inverts the byte in the middle. The size and the modification time stay the same.
    static func add(to path: FilePath) throws(Errno) {
        guard let status = FileStatus(of: path), let file = FileInTree(at: path) else {
            throw .noSuchFileOrDirectory
        }
        let descriptor = try OwnedDescriptor(
            takingOver: path.withPlatformString { open($0, O_RDWR | O_CLOEXEC) })
        let place = off_t(status.size / 2)
        var byte: UInt8 = 0
        guard pread(descriptor.rawValue, &byte, 1, place) == 1 else { throw Errno(rawValue: errno) }
        byte = ~byte
        guard pwrite(descriptor.rawValue, &byte, 1, place) == 1 else {
            throw Errno(rawValue: errno)
        }
        try file.set(time: status.written / 1_000_000_000)
    }
}
