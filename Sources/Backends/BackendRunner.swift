import LinuxSystem
import SeedList
import Subprocess
import SystemPackage

/// Runs the executables of backends: arguments as a vector, never through a shell; stdin is empty;
/// stderr is the user's.
public struct BackendRunner: Sendable {
    /// The most that a get may print on stdout, in bytes.
    public static let maximumOutput = 16 << 20

    /// Added to the environment that we were started with.
    private let environment: [String: String]
    /// When all gets together have to be done; nil: never.
    private let deadline: ContinuousClock.Instant?
    /// Ends what runs when we are killed.
    private let guardian: BackendGuard?

    /// What a get has beyond the deadline that it is told, to end by itself and say why.
    private static let indulgence = Duration.seconds(3)

    /// From SIGTERM to SIGKILL when a get is to end: well within the 2 seconds in which we end.
    private static let gracePeriod = Duration.milliseconds(1500)

    /// `timeout` is how long all gets together may take from now on; nil: for ever.
    /// Without a `guardian` a backend outlives us when we are killed.
    public init(
        environment: [String: String], timeout: Duration?, guardian: BackendGuard? = nil
    ) {
        self.environment = environment
        self.guardian = guardian
        deadline = timeout.map { ContinuousClock.now + $0 }
    }

    /// Whether no time is left for another get.
    public var isTimeUp: Bool { deadline.map { $0 <= .now } ?? false }

    /// What a check says.
    enum Verdict {
        /// The backend can be used here and the URI is one of its own.
        case usable
        case notUsable
        /// The URI is one of its own, and malformed.
        case malformed
    }

    /// Asks the backend's check.
    func check(_ backend: Backend, uri: String) async -> Verdict {
        let result = try? await run(backend.program(.check), [uri], output: .discarded)
        switch result?.terminationStatus {
        case .exited(0): return .usable
        case .exited(BackendFailure.malformed): return .malformed
        default: return .notUsable
        }
    }

    /// Runs the get, or the verify, and returns the lines that it printed. Cancelling stops it.
    public func seedLines(
        from backend: Backend, _ role: Backend.Role, uri: String, path: FilePath
    ) async throws(BackendFailure) -> [SeedLine] {
        let ended: Ended
        do {
            ended = try await withTimeout {
                try await output(backend.program(role), [uri, path.string])
            }
        } catch let cause as BackendFailure.Cause {
            throw BackendFailure(backend: backend.name, cause: cause)
        } catch {
            throw BackendFailure(backend: backend.name, cause: .notStarted("\(error)"))
        }
        switch ended.status {
        case .exited(0): return try Self.lines(of: ended.output, backend: backend)
        case .exited(let status):
            throw BackendFailure(backend: backend.name, cause: .exited(status))
        case .signaled(let signal):
            throw BackendFailure(backend: backend.name, cause: .killed(signal))
        }
    }

    private struct Ended: Sendable {
        let status: TerminationStatus
        let output: [UInt8]
    }

    private func output(_ program: FilePath, _ arguments: [String]) async throws -> Ended {
        do {
            let result = try await run(
                program, arguments, output: .bytes(limit: Self.maximumOutput))
            return Ended(status: result.terminationStatus, output: result.standardOutput)
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw BackendFailure.Cause.tooMuchOutput
        }
    }

    private func run<Output: OutputProtocol>(
        _ program: FilePath, _ arguments: [String], output: Output
    ) async throws -> ExecutionResult<Void, Output, FileDescriptorOutput> {
        guard let guardian else {
            return try await Subprocess.run(
                .path(program), arguments: Arguments(arguments), environment: inherited,
                platformOptions: ownGroup, output: output, error: .currentStandardError)
        }
        defer { guardian.forget() }
        return try await Subprocess.run(
            .path(BackendLoader.executable),
            arguments: Arguments(
                executablePathOverride: BackendLoader.name,
                remainingValues: BackendLoader.arguments(program, arguments)),
            environment: inherited, platformOptions: ownGroup, input: guardian.input,
            output: output, error: .currentStandardError)
    }

    private func withTimeout(_ body: @escaping @Sendable () async throws -> Ended) async throws
        -> Ended
    {
        guard let deadline else { return try await body() }
        return try await withThrowingTaskGroup(of: Ended?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(until: deadline + Self.indulgence, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            guard let ended = try await group.next() ?? nil else {
                throw BackendFailure.Cause.timedOut
            }
            return ended
        }
    }

    /// The whole group of a get can be stopped, what it started included.
    private var ownGroup: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.gracePeriod)
        ]
        return options
    }

    private var inherited: Environment {
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            guard let key = Environment.Key(rawValue: name) else { continue }
            updates[key] = value
        }
        if let deadline, let key = Environment.Key(rawValue: "PIERDAT_TIMEOUT") {
            let seconds = ((deadline - .now) / .seconds(1)).rounded(.up)
            updates[key] = String(max(1, Int64(seconds)))
        }
        return .inherit.updating(updates)
    }

    private static func lines(
        of output: [UInt8], backend: Backend
    ) throws(BackendFailure) -> [SeedLine] {
        let list = SeedList(parsing: output)
        if let fault = list.faults.first {
            throw BackendFailure(
                backend: backend.name,
                cause: .badLine(number: fault.lineNumber, reason: fault.cause.description))
        }
        return list.lines
    }
}
