import BitTorrent
import LinuxSystem
import Origins
import Synchronization
import SystemPackage

/// Work on a thread of its own that a signal need not wait for.
enum BackgroundWork {
    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    /// Returns what `body` returns. After a signal it throws at once, and leaves the thread to itself.
    static func run<Value: Sendable>(
        _ interruption: Interruption, _ body: @escaping @Sendable () -> Value
    ) throws(TorrentError) -> Value {
        let box = Box<Value>()
        let wake: EventDescriptor
        do throws(Errno) {
            wake = try EventDescriptor()
            try BackgroundThread.run {
                let value = body()
                box.value.withLock { $0 = value }
                wake.signal()
            }
        } catch {
            throw .shortage(error) ?? .noResource(ResourceShortage(.thread, error))
        }
        while true {
            try interruption.wait(for: wake.descriptor, atMost: .seconds(1))
            if let value = box.value.withLock({ $0 }) { return value }
        }
    }
}
