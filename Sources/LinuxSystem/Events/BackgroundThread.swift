import Glibc
import SystemPackage

/// A detached thread for blocking work: pthread_create(3). All signals are blocked in it.
public enum BackgroundThread {
    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Runs `body` on a new thread. The thread is detached and cannot be joined.
    public static func run(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let former = SignalSet.all.block()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        former.setBlocked()
        guard failure == 0 else {
            work.release()
            throw Errno(rawValue: failure)
        }
        pthread_detach(thread)
    }
}
