import CLinux
import Glibc
import SystemPackage

/// Process group IDs in shared memory: memfd_create(2). A process that inherits the descriptor can
/// read them even after the writer has died.
public final class ProcessGroupTable {
    /// The descriptor of the shared memory.
    public let descriptor: OwnedDescriptor
    private var places: [pid_t: Int] = [:]
    private var free: [Int] = []
    private static let size = MemoryLayout<pid_t>.size

    /// An empty table. Throws the error from memfd_create(2).
    public init() throws(Errno) {
        descriptor = try OwnedDescriptor(takingOver: linux_memory_file("process groups"))
    }

    /// Writes a group to the first slot of the table behind `descriptor`, which another process
    /// created.
    public static func insert(_ group: pid_t, in descriptor: CInt) throws(Errno) {
        try write(group, at: 0, in: descriptor)
    }

    /// Removes all groups from the table behind `descriptor`.
    public static func clear(_ descriptor: CInt) {
        _ = ftruncate(descriptor, 0)
    }

    /// Adds a group.
    public func insert(_ group: pid_t) {
        let place = places[group] ?? free.popLast() ?? places.count
        places[group] = place
        try? Self.write(group, at: place, in: descriptor.rawValue)
    }

    /// Removes a group.
    public func remove(_ group: pid_t) {
        guard let place = places.removeValue(forKey: group) else { return }
        free.append(place)
        try? Self.write(0, at: place, in: descriptor.rawValue)
    }

    private static func write(_ group: pid_t, at place: Int, in descriptor: CInt) throws(Errno) {
        let count = withUnsafeBytes(of: group) {
            pwrite(descriptor, $0.baseAddress, size, size * place)
        }
        guard count == size else { throw Errno(rawValue: errno) }
    }

    /// The groups in the table behind `descriptor`.
    public static func groups(in descriptor: CInt) -> [pid_t] {
        var groups: [pid_t] = []
        var some = [pid_t](repeating: 0, count: 4096)
        while true {
            let offset = size * groups.count
            let count = some.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, offset) / size
            }
            guard count > 0 else { return groups.filter { $0 > 1 } }
            groups += some[..<count]
        }
    }
}
