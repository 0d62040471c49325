import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM while a backend runs.
enum Interruption {
    /// Runs `body`; the first of the signals cancels it, and the failure then tells which one came.
    static func cancelling<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task { try await body() }
        let came = Came()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                came.signal.withLock { $0 = $0 ?? number }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            return try await task.value
        } catch {
            guard let number = came.signal.withLock({ $0 }) else { throw error }
            throw Failure(number == SIGINT ? .interrupted : .terminated, nil)
        }
    }

    private final class Came: Sendable {
        let signal = Mutex<CInt?>(nil)
    }
}
