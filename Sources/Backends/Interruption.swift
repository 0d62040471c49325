import Glibc
import LinuxSystem
import SystemPackage

/// Receives SIGINT, SIGTERM and SIGHUP as data. The first signal stops the running backend. Data
/// that is already complete is still recorded, entirely or not at all.
public final class Interruption {
    /// Readable when a signal is pending.
    let descriptor: OwnedDescriptor
    private let signals: SignalDescriptor
    /// The first signal received.
    public private(set) var signal: CInt?

    /// Blocks the signals from now on. Signals that were ignored at startup stay ignored, as
    /// nohup(1) needs.
    public init() throws(Errno) {
        let heeded = SignalSet(
            [SIGINT, SIGTERM, SIGHUP].filter { !InheritedSignals.ignored($0) })
        heeded.block()
        signals = try SignalDescriptor(heeded)
        descriptor = signals.descriptor
    }

    /// Reads pending signals. Returns true if any signal has been received so far.
    @discardableResult
    public func take() -> Bool {
        while let number = signals.next() { signal = signal ?? number }
        return signal != nil
    }
}
