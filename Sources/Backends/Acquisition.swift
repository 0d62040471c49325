import BackendContract
import SeedList
import SystemPackage

/// Gets one data set: tries its URIs in order, and for each the backends in order.
public struct Acquisition {
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
        /// A signal has said that everything is to end.
        case interrupted
    }

    private let runner: BackendRunner
    private let backends: [Backend]
    private let usesAll: Bool
    private let role: BackendProgram.Role
    private let say: (String) -> Void

    /// `usesAll`: goes on after the first success, so that the data is seeded on several networks.
    /// `say` takes one line for the user.
    public init(
        backends: [Backend], runner: BackendRunner, usesAll: Bool, role: BackendProgram.Role = .get,
        say: @escaping (String) -> Void
    ) {
        self.backends = backends
        self.runner = runner
        self.usesAll = usesAll
        self.role = role
        self.say = say
    }

    /// Gets the data of the first of `uris` that a backend can get into `path`, or verifies it there. What
    /// failed has been said, one line each, when it throws.
    public func run(uris: [String], path: FilePath) throws(Failure) -> Outcome {
        var lines: [SeedLine] = []
        var succeeded: [String] = []
        var failures: [BackendFailure] = []
        attempts: for uri in uris {
            for backend in backends where !succeeded.contains(backend.name) {
                guard !runner.isInterrupted else { throw .interrupted }
                let verdict = runner.check(backend, uri: uri)
                guard verdict != .notUsable else { continue }
                if !failures.isEmpty { say("trying backend \(backend.name)") }
                do throws(BackendFailure) {
                    if case .failed(let cause) = verdict {
                        throw BackendFailure(backend: backend.name, cause: cause)
                    }
                    lines += try runner.seedLines(from: backend, role, uri: uri, path: path)
                    succeeded.append(backend.name)
                } catch {
                    guard !runner.isInterrupted else { throw .interrupted }
                    if !error.wasTold { say("\(error)") }
                    failures.append(error)
                    if error.concernsArrangement || runner.isTimeUp { break attempts }
                    if error.concernsURI { continue attempts }
                }
                if !succeeded.isEmpty, !usesAll { break attempts }
            }
        }
        guard !runner.isInterrupted else { throw .interrupted }
        guard !succeeded.isEmpty else {
            throw failures.isEmpty ? .noBackend : .everyBackendFailed(failures)
        }
        return Outcome(lines: lines, succeeded: succeeded)
    }
}
