/// What pierdat_create calls while it hashes, all on one thread.
struct HashingCallbacks {
    private let progress: (Double) -> Void
    private let waitForBytes: ((Int64) -> Bool)?
    private var isCancelled = false

    private init(progress: @escaping (Double) -> Void, waitForBytes: ((Int64) -> Bool)?) {
        self.progress = progress
        self.waitForBytes = waitForBytes
    }

    /// Calls `body` with a context for the callbacks. Also returns true if `wait` returned false.
    static func with<Result>(
        progress: (Double) -> Void, wait: ((Int64) -> Bool)?,
        _ body: (UnsafeMutablePointer<HashingCallbacks>) -> Result
    ) -> (Result, isCancelled: Bool) {
        withoutActuallyEscaping(progress) { progress in
            var callbacks = HashingCallbacks(progress: progress, waitForBytes: wait)
            let result = withUnsafeMutablePointer(to: &callbacks, body)
            return (result, callbacks.isCancelled)
        }
    }

    /// The callbacks for a context.
    static func at(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<HashingCallbacks> {
        guard let context else { preconditionFailure("pierdat_create passes its context on") }
        return context.assumingMemoryBound(to: HashingCallbacks.self)
    }

    func report(_ pieces: Int64, of total: Int64) {
        if total > 0 { progress(Double(pieces) / Double(total)) }
    }

    /// Returns false to cancel.
    mutating func wait(for bytes: Int64) -> Bool {
        isCancelled = isCancelled || waitForBytes?(bytes) == false
        return !isCancelled
    }
}
