import CLinux
import Glibc
import SystemPackage

/// The numbers of process groups, in memory that another process, which was given the descriptor, can
/// read, whatever becomes of the one that writes: memfd_create(2).
public final class ProcessGroupTable {
    /// Of the memory that is shared.
    public let descriptor: OwnedDescriptor
    private var places: [pid_t: Int] = [:]
    private var free: [Int] = []
    private static let size = MemoryLayout<pid_t>.size

    public init() throws(Errno) {
        descriptor = try OwnedDescriptor(takingOver: linux_memory_file("process groups"))
    }

    /// Puts a group into it.
    public func insert(_ group: pid_t) {
        let place = places[group] ?? free.popLast() ?? places.count
        places[group] = place
        write(group, at: place)
    }

    /// Takes a group out of it.
    public func remove(_ group: pid_t) {
        guard let place = places.removeValue(forKey: group) else { return }
        free.append(place)
        write(0, at: place)
    }

    private func write(_ group: pid_t, at place: Int) {
        withUnsafeBytes(of: group) {
            _ = pwrite(descriptor.rawValue, $0.baseAddress, Self.size, Self.size * place)
        }
    }

    /// What the table behind `descriptor` holds.
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
