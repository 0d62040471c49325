import Backends
import Digest
import LinuxSystem
import SystemPackage

/// Runs a backend through the contract of docs/backends.md.
public struct ConformanceTest {
    /// What is tested.
    public struct Subject: Sendable {
        /// The backend, wherever it is installed.
        public let backend: Backend
        /// A URI whose data it can download here.
        public let uri: String
        /// The digest of the data, if that is a single file and the digest is known.
        public let expected: ContentDigest?

        /// A backend, and a URI for it.
        public init(backend: Backend, uri: String, expected: ContentDigest?) {
            self.backend = backend
            self.uri = uri
            self.expected = expected
        }
    }

    /// Why the test ended early.
    public enum Failure: Error {
        /// A signal ended it.
        case interrupted
        /// The kit itself failed.
        case failed(String, Errno)
        /// There is no rule of this name.
        case unknownRule(String)
    }

    /// The names of all rules, in the order in which they are checked.
    public static var rules: [String] { Rule.all.map(\.name) }

    private let examination: Examination
    private let rules: [Rule]

    /// Installs the backend in `sandbox`, together with Pierdat's own `executable`. `path` is the PATH for all
    /// programs. One get may take `limit`. `only`: the names of the rules to check; all if empty.
    public init(
        _ subject: Subject, sandbox: Sandbox, executable: FilePath, path: String, limit: Duration,
        only: [String], interruption: Interruption
    ) throws {
        if let unknown = only.first(where: { name in !Rule.all.contains { $0.name == name } }) {
            throw Failure.unknownRule(unknown)
        }
        rules = only.isEmpty ? Rule.all : Rule.all.filter { only.contains($0.name) }
        let backend = try SandboxInstallation(sandbox: sandbox, executable: executable)
            .install(subject.backend)
        examination = Examination(
            sandbox: sandbox, backend: backend, subject: subject, limit: limit,
            path: path.split(separator: ":").map { FilePath(String($0)) },
            runner: try TrialRunner(sandbox: sandbox, path: path, interruption: interruption))
    }

    /// Checks the rules, and reports each finding as soon as it is known.
    public func run(report: (Finding) -> Void) throws(Failure) {
        for rule in rules {
            let verdict: Finding.Verdict
            do throws(Obstacle) {
                verdict = try rule.verdict(examination)
            } catch {
                switch error {
                case .notChecked(let reason): verdict = .notChecked(reason)
                case .interrupted: throw .interrupted
                case .failed(let what, let cause): throw .failed(what, cause)
                }
            }
            report(
                Finding(rule: rule.name, section: rule.section.rawValue, verdict: verdict))
        }
    }
}
