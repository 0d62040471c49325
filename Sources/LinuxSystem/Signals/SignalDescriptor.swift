import CLinux
import Glibc
import SystemPackage

/// Reads signals as data instead of interrupting the program: signalfd(2). The signals must be
/// blocked before any other thread starts.
public struct SignalDescriptor: Sendable {
    /// Readable when a signal is pending.
    public let descriptor: OwnedDescriptor

    /// Reads `signals`, which the caller has blocked. Throws the error from signalfd(2).
    public init(_ signals: SignalSet) throws(Errno) {
        var mask = signals.mask
        descriptor = try OwnedDescriptor(
            takingOver: signalfd(
                -1, &mask, CInt(SFD_CLOEXEC | SFD_NONBLOCK)))
    }

    /// The number of the next pending signal. nil if none is pending.
    public func next() -> CInt? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor.rawValue, &information, size) == size else { return nil }
        return CInt(information.ssi_signo)
    }
}
