import Glibc

extension OwnedDescriptor {
    /// Waits at most `time`, and longer than that only if the system is busy. True as soon as the descriptor is readable:
    /// poll(2).
    public func isReadable(within time: Duration) -> Bool {
        let deadline = ContinuousClock.now + time
        while true {
            var entry = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
            let left = ((deadline - .now) / .milliseconds(1)).rounded(.up)
            let count = poll(&entry, 1, CInt(min(max(left, 0), 60_000)))
            if count > 0 { return true }
            if count == 0, ContinuousClock.now >= deadline { return false }
            if count < 0, errno != EINTR { return false }
        }
    }
}
