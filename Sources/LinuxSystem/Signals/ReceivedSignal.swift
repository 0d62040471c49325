import CLinux
import Glibc

/// A signal that has come, and who sent it.
public struct ReceivedSignal: Sendable {
    /// Which signal it is.
    public let number: CInt
    /// The pid of the sender; 0 where it is the kernel or outside of our PID namespace.
    public let sender: pid_t
}

extension SignalDescriptor {
    /// The next signal that has come, with its sender, or nil where none is waiting.
    public func nextReceived() -> ReceivedSignal? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor.rawValue, &information, size) == size else { return nil }
        return ReceivedSignal(
            number: CInt(information.ssi_signo), sender: pid_t(bitPattern: information.ssi_pid))
    }
}
