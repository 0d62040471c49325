import Glibc
import SystemPackage

/// A set of signals: sigsetops(3).
public struct SignalSet: Sendable {
    fileprivate(set) var mask = sigset_t()

    /// Exactly these signals.
    public init(_ signals: [CInt] = []) {
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
    }

    /// All signals.
    public static var all: SignalSet {
        var set = SignalSet()
        sigfillset(&set.mask)
        return set
    }

    /// The signals that the calling thread blocks.
    public static var blocked: SignalSet {
        var set = SignalSet()
        pthread_sigmask(SIG_BLOCK, nil, &set.mask)
        return set
    }

    /// True if the set contains `signal`.
    public func contains(_ signal: CInt) -> Bool {
        withUnsafePointer(to: mask) { sigismember($0, signal) == 1 }
    }

    /// Also blocks these signals, in the calling thread and in threads that it creates later.
    /// Returns the signals that were blocked before.
    @discardableResult
    public func block() -> SignalSet {
        var previous = SignalSet()
        withUnsafePointer(to: mask) { _ = pthread_sigmask(SIG_BLOCK, $0, &previous.mask) }
        return previous
    }

    /// Waits for one of these signals and consumes it: sigwait(3). The signals must be blocked.
    @discardableResult
    public func wait() -> CInt {
        var signal: CInt = 0
        withUnsafePointer(to: mask) { _ = sigwait($0, &signal) }
        return signal
    }

    /// The same, but waits at most `time`: sigtimedwait(2).
    func wait(atMost time: Duration) {
        var limit = timespec(time)
        withUnsafePointer(to: mask) { _ = sigtimedwait($0, nil, &limit) }
    }

    /// Blocks exactly these signals in the calling thread.
    public func setBlocked() {
        withUnsafePointer(to: mask) { _ = pthread_sigmask(SIG_SETMASK, $0, nil) }
    }
}
