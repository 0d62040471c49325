import CLinux
import Glibc

/// A received signal and its sender.
public struct ReceivedSignal: Sendable {
    /// The signal number.
    public let number: CInt
    /// The sender's pid. 0 if the kernel sent it, or a process outside our PID namespace.
    public let sender: pid_t
}

extension SignalDescriptor {
    /// The next pending signal with its sender. nil if none is pending.
    public func nextReceived() -> ReceivedSignal? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor.rawValue, &information, size) == size else { return nil }
        return ReceivedSignal(
            number: CInt(information.ssi_signo), sender: pid_t(bitPattern: information.ssi_pid))
    }
}
