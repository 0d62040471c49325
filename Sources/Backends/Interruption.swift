import Glibc
import LinuxSystem
import SystemPackage

/// Receives SIGINT, SIGTERM and SIGHUP as data. The first signal stops the running backend. Data
/// that is already complete is still recorded, entirely or not at all.
public final class Interruption {
    /// Readable when a signal is pending or the download is withdrawn.
    let descriptor: OwnedDescriptor
    /// Signal it, from any thread, to stop the running backend like a signal does.
    public let withdrawal: EventDescriptor
    private let signals: SignalDescriptor
    private let events: Epoll
    private var isWithdrawn = false
    /// The first signal received.
    public private(set) var signal: CInt?

    /// Blocks the signals from now on. Signals that were ignored at startup stay ignored, as
    /// nohup(1) needs.
    public init() throws(Errno) {
        let heeded = SignalSet(
            [SIGINT, SIGTERM, SIGHUP].filter { !InheritedSignals.ignored($0) })
        heeded.block()
        signals = try SignalDescriptor(heeded)
        withdrawal = try EventDescriptor()
        events = try Epoll()
        try events.add(signals.descriptor, token: 0)
        try events.add(withdrawal.descriptor, token: 1)
        descriptor = events.descriptor
    }

    /// Reads pending signals. Returns true if any signal has been received so far, or the download is withdrawn.
    @discardableResult
    public func take() -> Bool {
        while let number = signals.next() { signal = signal ?? number }
        if withdrawal.clear() { isWithdrawn = true }
        return signal != nil || isWithdrawn
    }

    /// Waits at most `time`. Returns true as soon as ``take()`` does.
    func comes(within time: Duration) -> Bool {
        take() || descriptor.isReadable(within: time) && take()
    }
}
