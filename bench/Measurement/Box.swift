import PeerFixtures
import Synchronization

/// Carries a value out of a closure.
final class Box<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func set(_ value: Value) {
        self.value.withLock { $0 = value }
    }

    func get() throws -> Value {
        guard let value = value.withLock({ $0 }) else {
            throw FixtureError("nothing was measured")
        }
        return value
    }
}
