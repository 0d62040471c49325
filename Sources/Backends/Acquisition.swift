import BackendContract
import SeedList
import SystemPackage

/// Downloads one data set. Tries its URIs in order, and the backends in order for each URI.
public struct Acquisition {
    /// The result of a successful download.
    public struct Outcome: Sendable {
        /// Lines for the seed list. Empty if nothing is to be seeded.
        public let lines: [SeedLine]
        /// The names of the backends that succeeded.
        public let succeeded: [String]

        /// An outcome that did not need a backend, or is not theirs any more.
        public init(lines: [SeedLine], succeeded: [String]) {
            self.lines = lines
            self.succeeded = succeeded
        }
    }

    /// Why the download failed.
    public enum Failure: Error, Sendable {
        /// No backend's check accepted any of the URIs.
        case noBackend
        /// Every attempted backend failed, in this order. Some failures end the attempts early: a
        /// wrong setting or an unusable destination, the timeout, and, for its own URI, a malformed
        /// URI.
        case everyBackendFailed([BackendFailure])
        /// A signal interrupted the download.
        case interrupted
    }

    private let runner: BackendRunner
    private let backends: [Backend]
    private let usesAll: Bool
    private let role: BackendProgram.Role
    private let say: (String) -> Void

    /// `usesAll`: continue after the first success, so that the data is seeded on several networks.
    /// `say` prints one line for the user.
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

    /// Throws if no backend supports any of `uris`, as a download would. Needs no network.
    public func check(uris: [String]) throws(Failure) {
        var failures: [BackendFailure] = []
        for uri in uris {
            for backend in backends {
                guard !runner.isInterrupted else { throw .interrupted }
                switch runner.check(backend, uri: uri) {
                case .usable: return
                case .notUsable: continue
                case .failed(let cause):
                    failures.append(BackendFailure(backend: backend.name, cause: cause))
                }
            }
        }
        throw failures.isEmpty ? .noBackend : .everyBackendFailed(failures)
    }

    /// Downloads the data of the first usable URI in `uris` to `path`, or verifies it there. Every
    /// failure has been printed, one line each, when this throws.
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
