import SeedList
import SystemPackage

/// Gets one data set: tries its URIs in order, and for each the backends in order.
public struct Acquisition: Sendable {
    /// What became of it.
    public struct Outcome: Sendable {
        /// For the seed list; empty where nothing is to be seeded.
        public let lines: [SeedLine]
        /// Names of the backends that got the data.
        public let succeeded: [String]
    }

    /// Why there is no data.
    public enum Failure: Error, Sendable {
        /// No backend's check passed for any of the URIs.
        case noBackend
        /// All that were tried failed, in this order. No others are tried where what the user
        /// arranged is the cause, or the time is up, and none for a URI that is malformed.
        case everyBackendFailed([BackendFailure])
        /// The task was cancelled.
        case cancelled
    }

    private let runner: BackendRunner
    private let backends: [Backend]
    private let usesAll: Bool
    private let role: Backend.Role
    private let say: @Sendable (String) -> Void

    /// `usesAll`: goes on after the first success, so that the data is seeded on several networks.
    /// `say` takes one line for the user.
    public init(
        backends: [Backend], runner: BackendRunner, usesAll: Bool, role: Backend.Role = .get,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.backends = backends
        self.runner = runner
        self.usesAll = usesAll
        self.role = role
        self.say = say
    }

    /// Gets the data of the first of `uris` that a backend can get into `path`, or verifies it there. Cancelling
    /// stops the backend that runs. What failed has been said, one line each, when it throws.
    public func run(uris: [String], path: FilePath) async throws(Failure) -> Outcome {
        var lines: [SeedLine] = []
        var succeeded: [String] = []
        var failures: [BackendFailure] = []
        attempts: for uri in uris {
            for backend in backends where !succeeded.contains(backend.name) {
                guard !Task.isCancelled else { throw .cancelled }
                let verdict = await runner.check(backend, uri: uri)
                guard verdict != .notUsable else { continue }
                do throws(BackendFailure) {
                    guard verdict == .usable else {
                        throw BackendFailure(
                            backend: backend.name, cause: .exited(BackendFailure.malformed))
                    }
                    lines += try await runner.seedLines(from: backend, role, uri: uri, path: path)
                    succeeded.append(backend.name)
                } catch {
                    guard !Task.isCancelled else { throw .cancelled }
                    say("\(error)")
                    failures.append(error)
                    if error.concernsArrangement || runner.isTimeUp { break attempts }
                    if error.concernsURI { continue attempts }
                }
                if !succeeded.isEmpty, !usesAll { break attempts }
            }
        }
        guard !Task.isCancelled else { throw .cancelled }
        guard !succeeded.isEmpty else {
            throw failures.isEmpty ? .noBackend : .everyBackendFailed(failures)
        }
        return Outcome(lines: lines, succeeded: succeeded)
    }
}
