import Glibc
import LinuxSystem
import SystemPackage

/// Why a backend did not get the data.
public struct BackendFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// How its get, or its verify, failed.
    public enum Cause: Error, Equatable, Sendable {
        /// The get ended with this status.
        case exited(Int32)
        /// The get was killed by this signal.
        case killed(Int32)
        /// The program could not be started.
        case notStarted(Errno)
        /// The get printed more than a seed list could hold.
        case tooMuchOutput
        /// The get printed a line that cannot stand on the seed list.
        case badLine(number: Int, reason: String)
        /// The time was up.
        case timedOut
        /// A signal said that everything is to end.
        case interrupted
        /// The check did not end for so long.
        case checkHung(after: Duration)
    }

    /// The backend's name.
    public let backend: String
    /// How it failed.
    public let cause: Cause

    /// Statuses of a get that tell of what the user arranged, not of the network: that a setting in
    /// the environment is wrong (64, EX_USAGE of sysexits(3)), that the system gives no thread or memory
    /// (71, EX_OSERR), and that the place for the data cannot be written (73, EX_CANTCREAT) or is full (80).
    private static let statusesOfArrangement: Set<Int32> = [64, noResource, 73, 80]
    static let noResource: Int32 = 71

    /// Statuses that tell of the URI: what it is or names is malformed (65, EX_DATAERR), or a file that
    /// it names is not there (66, EX_NOINPUT).
    private static let statusesOfURI: Set<Int32> = [malformed, 66]
    static let malformed: Int32 = 65

    /// Whether every other backend would meet the same, whatever the URI.
    var concernsArrangement: Bool {
        shortage != nil || exited(with: Self.statusesOfArrangement)
    }

    /// The system refused what is needed to start it; nil if that is not the cause.
    public var shortage: ResourceShortage? {
        guard case .notStarted(let error) = cause else { return nil }
        return ResourceShortage(spawning: error)
    }

    /// Whether every other backend would meet the same for this URI.
    var concernsURI: Bool { exited(with: Self.statusesOfURI) }

    /// Whether the backend says of itself that it has a defect (70, EX_SOFTWARE), or has crashed.
    public var isDefect: Bool {
        switch cause {
        case .exited(let status): status == 70
        case .killed(let signal):
            [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP].contains(signal)
        case .notStarted, .tooMuchOutput, .badLine, .timedOut, .checkHung, .interrupted: false
        }
    }

    private func exited(with statuses: Set<Int32>) -> Bool {
        guard case .exited(let status) = cause else { return false }
        return statuses.contains(status)
    }

    public init(backend: String, cause: Cause) {
        self.backend = backend
        self.cause = cause
    }

    /// Whether the backend has told the user itself why it failed, as the contract wants it.
    var wasTold: Bool { if case .exited = cause { true } else { false } }

    public var description: String {
        switch cause {
        case .exited(let status): "backend \(backend): \(Self.meaning(of: status))"
        case .killed(let signal): "backend \(backend) was killed by signal \(signal)"
        case .notStarted(let error):
            "backend \(backend) could not be started: \(shortage.map { "\($0)" } ?? "\(error)")"
        case .tooMuchOutput:
            "backend \(backend) printed more than \(BackendRunner.maximumOutput) bytes where seed lines belong"
        case .badLine(let number, let reason):
            "backend \(backend) printed a seed line that cannot be used (line \(number)): \(reason)"
        case .timedOut: "backend \(backend) was not done in time (--timeout) and was stopped"
        case .interrupted: "backend \(backend) was stopped by a signal"
        case .checkHung(let time):
            """
            backend \(backend): its check did not end within \(time.components.seconds) seconds and was \
            stopped; the backend is left out
            """
        }
    }

    /// What the contract says of a get's exit status (docs/backends.md).
    private static func meaning(of status: Int32) -> String {
        switch status {
        case 64: "a setting is wrong"
        case malformed: "the URI or the data is malformed or does not match"
        case 66: "a file that the URI names cannot be read"
        case 69: "a server or the network failed"
        case noResource: "the system refused a resource"
        case 73: "DEST cannot be written"
        case 74: "the operating system failed to read or write"
        case 80: "the data does not fit on the file system of DEST"
        case 124: "the time was up"
        default: "it failed with exit status \(status)"
        }
    }
}
