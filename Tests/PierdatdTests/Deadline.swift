import Glibc

/// What a test waits for at most; far more than anything takes.
struct Deadline {
    static let patience: Duration = .seconds(20)
    private let end = SuspendingClock.now.advanced(by: patience)

    var isOver: Bool { SuspendingClock.now >= end }

    /// For poll(2).
    var milliseconds: CInt {
        CInt(max(0, SuspendingClock.now.duration(to: end) / .milliseconds(1)))
    }

    /// Waits until `descriptor` is ready to be read; false when the time is up.
    func wait(for descriptor: CInt) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while !isOver {
            if poll(&entry, 1, milliseconds) > 0 { return true }
        }
        return false
    }
}

/// Something that a test waited for did not come.
struct TimeIsUp: Error, CustomStringConvertible {
    let description: String
}

/// Looks until `condition` holds: for states of the kernel's that nothing tells of.
func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
    let deadline = Deadline()
    while try !condition() {
        guard !deadline.isOver else { throw TimeIsUp(description: "not so yet: \(what)") }
        poll(nil, 0, 5)
    }
}
