import CLinux
import Glibc
import SystemPackage

/// Signals that are read like data instead of interrupting: signalfd(2).
/// The signals have to be blocked, before any other thread starts.
public struct SignalDescriptor: Sendable {
    /// Readable when a signal has come.
    public let descriptor: OwnedDescriptor

    public init(_ signals: SignalSet) throws(Errno) {
        var mask = signals.mask
        descriptor = try OwnedDescriptor(
            takingOver: signalfd(
                -1, &mask, CInt(SFD_CLOEXEC | SFD_NONBLOCK)))
    }

    /// The number of the next signal that has come, or nil where none is waiting.
    public func next() -> CInt? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor.rawValue, &information, size) == size else { return nil }
        return CInt(information.ssi_signo)
    }
}
