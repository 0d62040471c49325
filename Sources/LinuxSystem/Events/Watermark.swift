import Glibc

/// A number that only grows, such as the bytes of a file that are complete. Threads wait for it.
public final class Watermark: @unchecked Sendable {
    // pthread types must not move.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Int64 = 0
    private var isClosed = false

    /// 0, and not closed.
    public init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Raises the number to `value`, if it is lower.
    public func raise(to value: Int64) {
        locked {
            guard value > self.value, !isClosed else { return }
            self.value = value
            pthread_cond_broadcast(changed)
        }
    }

    /// Ends all waiting. The number does not grow any more.
    public func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(changed)
        }
    }

    /// Waits until the number is higher than `past` and returns it. nil if it is not and will never be.
    public func value(past: Int64) -> Int64? {
        locked {
            while value <= past, !isClosed { pthread_cond_wait(changed, mutex) }
            return value > past ? value : nil
        }
    }

    /// Waits until the number is at least `goal`. False if it will never be.
    public func reaches(_ goal: Int64) -> Bool {
        goal <= 0 || value(past: goal - 1) != nil
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
