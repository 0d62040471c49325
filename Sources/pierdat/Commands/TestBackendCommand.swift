import ArgumentParser
import BackendContract
import Backends
import Conformance
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// `pierdat test-backend NAME URI`.
struct TestBackendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-backend",
        abstract: "Test whether a backend follows the contract for backends.",
        discussion: """
            Runs the backend NAME in a temporary folder, and prints one line for each rule of the contract: passed, \
            broken, not applicable or not checked. Exits with 0 if no rule is broken, and with 1 otherwise. \
            Downloads the data of URI more than ten times: a few MiB from a server or a peer of your own are best.
            """)

    @Option(
        help: ArgumentHelp(
            "The digest of the data, which is then a single file.", valueName: "sha256:hex"))
    var expect: ContentDigest?

    @Option(
        help: ArgumentHelp(
            "The longest that one download may take: seconds, or 90s, 10m, 2h. (default: 10m)",
            valueName: "time"))
    var timeout: TimeLimit?

    @Option(help: ArgumentHelp("Check only this rule; repeatable.", valueName: "rule"))
    var only: [String] = []

    @Flag(help: "Keep the temporary folder, with everything that the backend has printed.")
    var keep = false

    @Argument(help: "The backend's name.")
    var name: String

    @Argument(help: "A URI whose data the backend can download now.")
    var uri: String

    func run() throws {
        let environment = ProcessEnvironment.current
        let backend = try named(in: .current(), environment: environment)
        guard let executable = ExecutableFile.ownPath else {
            throw Failure(.noInput, "cannot find the file of this program")
        }
        let interruption = try Interruption()
        let sandbox = try Failure.wrapping(.cannotWrite) {
            try Sandbox(in: FilePath(environment["TMPDIR"] ?? "/tmp"))
        }
        defer { finish(sandbox) }
        do {
            let test = try ConformanceTest(
                .init(backend: backend, uri: uri, expected: expect), sandbox: sandbox,
                executable: executable, path: environment["PATH"] ?? "/usr/bin:/bin",
                limit: timeout?.duration ?? .seconds(600), only: only, interruption: interruption)
            var findings: [Finding] = []
            try test.run { finding in
                findings.append(finding)
                print(ConformanceReport.line(finding))
                fflush(nil)
            }
            print(ConformanceReport.summary(findings, of: name))
            guard !findings.contains(where: \.isBroken) else { throw Failure(.unhealthy, nil) }
        } catch let failure as ConformanceTest.Failure {
            throw Failure(failure, interruption)
        }
    }

    private func named(
        in installation: Installation, environment: [String: String]
    ) throws -> Backend {
        var choice = BackendOption()
        choice.name = name
        let found = try choice.backends(of: installation.backends(environment: environment))
        guard let backend = found.first else { throw Failure(.noBackend, nil) }
        return backend
    }

    private func finish(_ sandbox: Sandbox) {
        if keep {
            StandardError.say("the test's files are in \(sandbox.folder)")
        } else {
            sandbox.remove()
        }
    }
}

extension Failure {
    fileprivate init(_ failure: ConformanceTest.Failure, _ interruption: Interruption) {
        switch failure {
        case .interrupted: self.init(interruption.status, nil)
        case .failed(let what, let cause): self.init(.inputOutput, "\(what): \(cause)")
        case .unknownRule(let name):
            self.init(
                .usage,
                """
                there is no rule '\(name.excerpt(40))'. The rules are \
                \(ConformanceTest.rules.joined(separator: ", "))
                """)
        }
    }
}
