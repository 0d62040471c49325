import BackendContract
import LinuxSystem
import SeedList
import SystemPackage

/// Runs backend executables without a shell. Standard input is empty, and standard error is the
/// user's. Needs no thread.
public struct BackendRunner {
    /// The maximum size of a get's standard output in bytes.
    public static let maximumOutput = 16 << 20

    /// Variables added to our own environment.
    private let environment: [String: String]
    /// The deadline for all gets together. nil for none.
    private let deadline: ContinuousClock.Instant?
    /// Kills the running backend if we are killed.
    private let guardian: BackendGuard?
    /// Stops the running backend on a signal.
    private let interruption: Interruption?
    private let checkPatience: Duration

    /// The extra time after the deadline in which a get can exit on its own and print the reason.
    private static let indulgence = Duration.seconds(3)

    /// `timeout` limits all gets together, counted from now. nil means no limit. A check may take
    /// `checkPatience`. Without a `guardian`, a backend keeps running if we are killed.
    public init(
        environment: [String: String], timeout: Duration?, guardian: BackendGuard? = nil,
        interruption: Interruption? = nil, checkPatience: Duration = .seconds(30)
    ) {
        self.environment = environment
        self.guardian = guardian
        self.interruption = interruption
        self.checkPatience = checkPatience
        deadline = timeout.map { ContinuousClock.now + $0 }
    }

    /// True if no time is left for another get.
    public var isTimeUp: Bool { deadline.map { $0 <= .now } ?? false }

    /// True if a signal has interrupted us.
    public var isInterrupted: Bool { interruption?.take() ?? false }

    /// The result of a check.
    enum Verdict: Equatable {
        /// The backend works here and supports the URI.
        case usable
        case notUsable
        /// The backend cannot be used, for a reason that the user must know.
        case failed(BackendFailure.Cause)
    }

    /// Runs the backend's check. Stops it after the time limit.
    func check(_ backend: Backend, uri: String) -> Verdict {
        let patience = ContinuousClock.now + checkPatience
        let limit = deadline.map { min($0 + Self.indulgence, patience) } ?? patience
        do throws(Errno) {
            switch try run(backend.program(.check), [uri], until: limit) {
            case .ended(.exited(0), _): return .usable
            case .ended(.exited(let status), _)
            where [.invalidData, .noResource].contains(ExitStatus(rawValue: status)):
                return .failed(.exited(status))
            case .ended(.killed(let signal), _): return .failed(.killed(signal))
            case .timedOut:
                return .failed(isTimeUp ? .timedOut : .checkHung(after: checkPatience))
            case .ended, .tooMuchOutput, .interrupted: return .notUsable
            }
        } catch {
            return .failed(.notStarted(error))
        }
    }

    /// Runs get or verify and returns the seed lines that it printed.
    public func seedLines(
        from backend: Backend, _ role: BackendProgram.Role, uri: String, path: FilePath
    ) throws(BackendFailure) -> [SeedLine] {
        let outcome: BackendProcess.Outcome
        do throws(Errno) {
            outcome = try run(
                backend.program(role), [uri, path.string],
                until: deadline.map { $0 + Self.indulgence })
        } catch {
            throw BackendFailure(backend: backend.name, cause: .notStarted(error))
        }
        let cause: BackendFailure.Cause
        switch outcome {
        case .ended(.exited(0), let output): return try Self.lines(of: output, backend: backend)
        case .ended(.exited(let status), _): cause = .exited(status)
        case .ended(.killed(let signal), _): cause = .killed(signal)
        case .tooMuchOutput: cause = .tooMuchOutput
        case .timedOut: cause = .timedOut
        case .interrupted: cause = .interrupted
        }
        throw BackendFailure(backend: backend.name, cause: cause)
    }

    private func run(
        _ program: FilePath, _ arguments: [String], until limit: ContinuousClock.Instant?
    ) throws(Errno) -> BackendProcess.Outcome {
        var command: Command
        if guardian == nil {
            command = Command(program: program.string, arguments: [program.string] + arguments)
        } else {
            command = BackendLoader.command(program, arguments)
        }
        command.environment = environmentForBackend
        defer { guardian?.forget() }
        return try BackendProcess(
            command, input: guardian?.table, deadline: limit, interruption: interruption
        ).run()
    }

    private var environmentForBackend: [String: String] {
        guard let deadline else { return environment }
        let seconds = ((deadline - .now) / .seconds(1)).rounded(.up)
        return environment.merging([
            EnvironmentVariable.timeout.rawValue: String(max(1, Int64(seconds)))
        ]) { $1 }
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
