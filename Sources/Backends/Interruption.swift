import Glibc
import LinuxSystem
import SystemPackage

/// SIGINT, SIGTERM and SIGHUP as data: while backends run the first of them stops what runs, and what has
/// been got is then recorded to the end or not at all.
public final class Interruption {
    /// Readable when a signal has come.
    let descriptor: OwnedDescriptor
    private let signals: SignalDescriptor
    /// The first signal that has come.
    public private(set) var signal: CInt?

    /// Blocks the signals from now on. Signals ignored at start stay ignored: nohup(1).
    public init() throws(Errno) {
        let heeded = SignalSet(
            [SIGINT, SIGTERM, SIGHUP].filter { !InheritedSignals.ignored($0) })
        heeded.block()
        signals = try SignalDescriptor(heeded)
        descriptor = signals.descriptor
    }

    /// Takes note of what has come. Returns whether anything has, now or before.
    @discardableResult
    func take() -> Bool {
        while let number = signals.next() { signal = signal ?? number }
        return signal != nil
    }
}
