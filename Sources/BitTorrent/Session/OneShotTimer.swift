import LinuxSystem
import SystemPackage

/// A timer that fires once after it is set.
struct OneShotTimer {
    private let timer: TimerDescriptor
    /// True if the timer is running.
    private(set) var isSet = false

    /// Readable when the timer has fired.
    var due: OwnedDescriptor { timer.descriptor }

    init() throws(Errno) {
        timer = try TimerDescriptor()
    }

    mutating func set(after delay: Duration) {
        // Fails only for invalid times.
        isSet = (try? timer.set(after: delay)) != nil
    }

    /// Clears the timer after it has fired.
    mutating func clear() {
        timer.clear()
        isSet = false
    }
}
