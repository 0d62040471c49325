import DiskFaults
import Foundation
import SystemPackage

/// Makes the disk below a folder fail or hang until the fault ends.
final class DiskFault {
    private var fault: OpaquePointer?

    /// Each call fails after this many bytes were read or written.
    init(
        failing direction: disk_direction, below folder: URL, after bytes: Int64 = 0,
        with error: Errno
    ) throws {
        fault = disk_fault_fail(folder.path, direction, bytes, error.rawValue)
        if fault == nil { throw Errno.noSuchFileOrDirectory }
    }

    /// Each call hangs.
    init(hanging direction: disk_direction, below folder: URL) throws {
        fault = disk_fault_hang(folder.path, direction)
        if fault == nil { throw Errno.noSuchFileOrDirectory }
    }

    deinit { end() }

    /// Waits until this many calls have failed or hung. Throws if they do not.
    func wait(for calls: CInt = 1) throws {
        guard let fault, disk_fault_wait(fault, calls) == 1 else { throw Errno.timedOut }
    }

    func end() {
        if let fault { disk_fault_end(fault) }
        fault = nil
    }
}
