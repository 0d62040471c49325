import BackendContract
import Backends
import Glibc
import LinuxSystem
import SystemPackage

/// Runs programs under test, and observes what they do.
final class TrialRunner {
    private let sandbox: Sandbox
    /// The environment of every program.
    private let environment: [String: String]
    private let guardian: BackendGuard
    private let interruption: Interruption
    private var runs = 0

    /// The kit sets these for single runs.
    private static let withheld: [EnvironmentVariable] = [
        .cache, .cacheLimit, .manifest, .select, .checksum, .uris, .uri, .timeout, .stallTimeout,
        .state,
    ]

    /// `path` is the PATH of the programs, after the sandbox's own.
    init(sandbox: Sandbox, path: String, interruption: Interruption) throws {
        self.sandbox = sandbox
        self.interruption = interruption
        guardian = try BackendGuard()
        environment = [
            "HOME": sandbox.home.string, "TMPDIR": sandbox.temporary.string,
            "PATH": "\(sandbox.programs):\(path)",
        ]
        // Orphans of a backend become our children, so none of them is missed.
        try CurrentProcess.becomeSubreaper()
    }

    /// Runs the trial to its end, and ends every process that it leaves.
    func run(_ trial: Trial) throws(Obstacle) -> Observation {
        guard !interruption.take() else { throw .interrupted }
        let observation: Observation?
        do throws(Errno) {
            observation = try observe(trial)
        } catch {
            throw .failed("cannot run \(trial.program)", error)
        }
        guard let observation else { throw .interrupted }
        // Our own program said why it could not become the one under test.
        let mark = "\(ConfinedProgram.name): "
        guard observation.end != .ended(.exited(ConfinedProgram.refusal)),
            !observation.errors.hasPrefix(mark)
        else {
            throw .notChecked(String(observation.errors.dropFirst(mark.count)).trimmed)
        }
        return observation
    }

    /// nil if a signal interrupted us.
    private func observe(_ trial: Trial) throws(Errno) -> Observation? {
        let name = trial.program.lastComponent?.string ?? ""
        let log = sandbox.logs.appending("\(runs)-\(name)")
        let socket = sandbox.kit.appending("\(runs)")
        runs += 1
        var trial = trial
        let watch = try RunWatch(trial, log: log)
        if trial.confinement.network == .reported {
            trial.confinement.report = try watch.listen(at: socket)
        }
        let before = Set(ProcessTable.children(of: getpid()))
        let process = try BackendProcess(
            command(trial), input: guardian.table, errors: watch.errors,
            deadline: .now + trial.limit, interruption: interruption, errand: watch.errand)
        let outcome = try process.run()
        watch.ended()
        guardian.forget()
        let left = try LeftProcesses.end(of: process.pid, except: before)
        return watch.observation(outcome, left: left)
    }

    private func command(_ trial: Trial) -> Command {
        var command = BackendLoader.command(
            sandbox.kit.appending(ConfinedProgram.name),
            ConfinedProgram.arguments(trial.confinement, trial.program, trial.arguments))
        command.environment = environment.merging(trial.settings) { $1 }
        command.withheld = Set(Self.withheld.map(\.rawValue)).subtracting(trial.settings.keys)
        return command
    }
}
