import Glibc

/// The time limit of a wait in a test, far longer than any operation takes.
struct Deadline {
    static let patience: Duration = .seconds(60)
    private let end = SuspendingClock.now.advanced(by: patience)

    var isOver: Bool { SuspendingClock.now >= end }

    /// The remaining time for poll(2).
    var milliseconds: CInt {
        CInt(max(0, SuspendingClock.now.duration(to: end) / .milliseconds(1)))
    }

    /// Waits until `descriptor` is readable. Returns false after the time limit.
    func wait(for descriptor: CInt) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while !isOver {
            if poll(&entry, 1, milliseconds) > 0 { return true }
        }
        return false
    }
}

/// An event that a test waited for did not occur.
struct TimeIsUp: Error, CustomStringConvertible {
    let description: String
}

/// Polls until `condition` is true, for kernel state without notifications.
func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
    let deadline = Deadline()
    while try !condition() {
        guard !deadline.isOver else { throw TimeIsUp(description: "not so yet: \(what)") }
        poll(nil, 0, 5)
    }
}
