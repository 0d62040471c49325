import LinuxSystem
import SystemPackage

/// Tells when it is time to look at what there is news of. Until it is set it never wakes anybody.
struct OneShotTimer {
    private let timer: TimerDescriptor
    /// Whether it will be time to look.
    private(set) var isSet = false

    /// Readable when it is time to look.
    var due: OwnedDescriptor { timer.descriptor }

    init() throws(Errno) {
        timer = try TimerDescriptor()
    }

    mutating func set(after delay: Duration) {
        // A timer that was set once can be set again.
        isSet = (try? timer.set(after: delay)) != nil
    }

    /// Takes note that it was time.
    mutating func clear() {
        timer.clear()
        isSet = false
    }
}
