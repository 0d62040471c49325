import Dispatch
import Glibc
import LinuxSystem
import Synchronization

/// SIGINT, SIGTERM and SIGHUP while a backend runs.
enum Interruption {
    private static let statuses: [CInt: ExitStatus] = [
        SIGINT: .interrupted, SIGTERM: .terminated, SIGHUP: .hungUp,
    ]

    /// Runs `body`; the first of the signals cancels it, and the failure then tells which one came.
    /// Those that were ignored when we were started still are: nohup(1).
    static func cancelling<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task { try await body() }
        let came = Came()
        let sources = statuses.compactMap { number, status -> (any DispatchSourceSignal)? in
            guard !InheritedSignals.ignored(number) else { return nil }
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                came.status.withLock { $0 = $0 ?? status }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            return try await task.value
        } catch {
            guard let status = came.status.withLock({ $0 }) else { throw error }
            throw Failure(status, nil)
        }
    }

    private final class Came: Sendable {
        let status = Mutex<ExitStatus?>(nil)
    }
}
