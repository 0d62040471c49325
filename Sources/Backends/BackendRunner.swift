import BackendContract
import LinuxSystem
import SeedList
import SystemPackage

/// Runs the executables of backends: arguments as a vector, never through a shell; stdin is empty;
/// stderr is the user's. It needs no thread.
public struct BackendRunner {
    /// The most that a get may print on stdout, in bytes.
    public static let maximumOutput = 16 << 20

    /// Added to the environment that we were started with.
    private let environment: [String: String]
    /// When all gets together have to be done; nil: never.
    private let deadline: ContinuousClock.Instant?
    /// Ends what runs when we are killed.
    private let guardian: BackendGuard?
    /// Ends what runs when a signal says so.
    private let interruption: Interruption?
    private let checkPatience: Duration

    /// What a get has beyond the deadline that it is told, to end by itself and say why.
    private static let indulgence = Duration.seconds(3)

    /// `timeout` is how long all gets together may take from now on; nil: for ever. A check may take
    /// `checkPatience`. Without a `guardian` a backend outlives us when we are killed.
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

    /// Whether no time is left for another get.
    public var isTimeUp: Bool { deadline.map { $0 <= .now } ?? false }

    /// Whether a signal has said that everything is to end.
    public var isInterrupted: Bool { interruption?.take() ?? false }

    /// What a check says.
    enum Verdict: Equatable {
        /// The backend can be used here and the URI is one of its own.
        case usable
        case notUsable
        /// It cannot be used, for a reason that the user has to know.
        case failed(BackendFailure.Cause)
    }

    /// Asks the backend's check, which is stopped when it does not answer.
    func check(_ backend: Backend, uri: String) -> Verdict {
        let patience = ContinuousClock.now + checkPatience
        let limit = deadline.map { min($0 + Self.indulgence, patience) } ?? patience
        do throws(Errno) {
            switch try run(backend.program(.check), [uri], until: limit) {
            case .ended(.exited(0), _): return .usable
            case .ended(.exited(let status), _)
            where [.invalidData, .noResource].contains(ExitStatus(rawValue: status)):
                return .failed(.exited(status))
            case .timedOut:
                return .failed(isTimeUp ? .timedOut : .checkHung(after: checkPatience))
            case .ended, .tooMuchOutput, .interrupted: return .notUsable
            }
        } catch {
            return .failed(.notStarted(error))
        }
    }

    /// Runs the get, or the verify, and returns the lines that it printed.
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
            command = Command(
                program: BackendLoader.executable.string,
                arguments: [BackendLoader.name] + BackendLoader.arguments(program, arguments))
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
