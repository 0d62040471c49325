import DiskFaults
import Foundation
import SystemPackage

/// What befalls the data below a folder until it ends: its disk fails, or hangs.
final class DiskFault {
    private var fault: OpaquePointer?

    /// After this many bytes have been read or written, each further call fails.
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

    /// Waits until so many calls have failed or hung; throws if they do not.
    func wait(for calls: CInt = 1) throws {
        guard let fault, disk_fault_wait(fault, calls) == 1 else { throw Errno.timedOut }
    }

    func end() {
        if let fault { disk_fault_end(fault) }
        fault = nil
    }
}
