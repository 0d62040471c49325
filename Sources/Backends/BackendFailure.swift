import BackendContract
import Glibc
import LinuxSystem
import SystemPackage

/// Why a backend failed to download or verify the data.
public struct BackendFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// How its executable failed.
    public enum Cause: Error, Equatable, Sendable {
        /// It exited with this code.
        case exited(Int32)
        /// It was killed by this signal.
        case killed(Int32)
        /// It could not be started.
        case notStarted(Errno)
        /// It printed more than a seed list can contain.
        case tooMuchOutput
        /// It printed a line that is not valid in the seed list.
        case badLine(number: Int, reason: String)
        /// The timeout expired.
        case timedOut
        /// A signal interrupted it.
        case interrupted
        /// The check did not finish within this time.
        case checkHung(after: Duration)
    }

    /// The backend's name.
    public let backend: String
    /// How it failed.
    public let cause: Cause

    /// Exit codes of a get that concern this machine, not the network: a setting in the environment is
    /// wrong, the system denies a resource, or the destination cannot be written or is full.
    private static let statusesOfArrangement: Set<ExitStatus> = [
        .usage, .noResource, .cannotWrite, .noSpace,
    ]

    /// Exit codes that concern the URI: it or the torrent is malformed, or a file that it names is missing.
    private static let statusesOfURI: Set<ExitStatus> = [.invalidData, .noInput]

    /// True if every other backend would fail in the same way, for any URI.
    var concernsArrangement: Bool {
        shortage != nil || exited(with: Self.statusesOfArrangement)
    }

    /// The resource that was missing to start the program. nil if there was another cause.
    public var shortage: ResourceShortage? {
        guard case .notStarted(let error) = cause else { return nil }
        return ResourceShortage(spawning: error)
    }

    /// True if every other backend would fail in the same way for this URI.
    var concernsURI: Bool { exited(with: Self.statusesOfURI) }

    /// True if the backend reports an internal error (70, EX_SOFTWARE) or has crashed.
    public var isDefect: Bool {
        switch cause {
        case .exited(let status): ExitStatus(rawValue: status) == .internalFailure
        case .killed(let signal):
            [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP].contains(signal)
        case .notStarted, .tooMuchOutput, .badLine, .timedOut, .checkHung, .interrupted: false
        }
    }

    private func exited(with statuses: Set<ExitStatus>) -> Bool {
        guard case .exited(let code) = cause, let status = ExitStatus(rawValue: code) else {
            return false
        }
        return statuses.contains(status)
    }

    /// A failure of the backend with this name.
    public init(backend: String, cause: Cause) {
        self.backend = backend
        self.cause = cause
    }

    /// True if the backend itself has printed why it failed, as the contract requires.
    var wasTold: Bool { if case .exited = cause { true } else { false } }

    /// The message for the user: the backend, and how it failed.
    public var description: String {
        switch cause {
        case .exited(let status): "backend \(backend): \(Self.meaning(of: status))"
        case .killed(let signal): "backend \(backend) was killed by signal \(signal)"
        case .notStarted(let error):
            "backend \(backend) could not be started: \(shortage.map { "\($0)" } ?? "\(error)")"
        case .tooMuchOutput:
            "backend \(backend) printed more than \(BackendRunner.maximumOutput) bytes of seed lines"
        case .badLine(let number, let reason):
            "backend \(backend) printed an invalid seed line (line \(number)): \(reason)"
        case .timedOut: "backend \(backend) did not finish within the time limit and was stopped"
        case .interrupted: "backend \(backend) was stopped by a signal"
        case .checkHung(let time):
            """
            backend \(backend): its check did not finish within \(time.components.seconds) seconds and was \
            stopped; the backend is skipped
            """
        }
    }

    /// The meaning of a get's exit code in the contract (docs/backends.md).
    private static func meaning(of status: Int32) -> String {
        switch ExitStatus(rawValue: status) {
        case .usage: "a setting is wrong"
        case .invalidData: "the URI or the data is malformed or does not match"
        case .noInput: "a file that the URI names cannot be read"
        case .everyBackendFailed: "a server or the network failed"
        case .noResource: "the system refused a resource"
        case .cannotWrite: "DEST cannot be written"
        case .inputOutput: "the operating system failed to read or write"
        case .noSpace: "the data does not fit on the file system of DEST"
        case .timedOut: "the timeout expired"
        default: "it failed with exit status \(status)"
        }
    }
}
