import BackendContract
import Backends
import ImageLayer
import LinuxSystem
import SystemPackage

/// Runs the backends of a download, while no other process writes to DEST.
struct SoleWriter {
    private let recording: Recording
    private let uris: [String]
    private let usesAll: Bool
    /// For the wait and all backends together. nil for none.
    private let deadline: ContinuousClock.Instant?
    private let interruption: Interruption
    /// nil if nothing is written.
    private let lease: DestinationLease?
    private let guardian: BackendGuard

    /// Waits until no other process writes to `destination`.
    init(
        to destination: FilePath, for recording: Recording, uris: [String], usesAll: Bool
    ) throws {
        (self.recording, self.uris, self.usesAll) = (recording, uris, usesAll)
        deadline = recording.timeout?.duration.map { .now + $0 }
        interruption = try Interruption()
        lease =
            recording.role == .get
            ? try Self.lease(
                of: destination, within: recording.environment[.lease], interruption, deadline)
            : nil
        do {
            guardian = try lease?.makeGuard() ?? BackendGuard()
            try lease?.keep(guardian, interruption)
        } catch {
            lease?.release()
            throw error
        }
    }

    private static func lease(
        of destination: FilePath, within outer: String?, _ interruption: Interruption,
        _ deadline: ContinuousClock.Instant?
    ) throws -> DestinationLease {
        do throws(DestinationLease.Failure) {
            return try DestinationLease.acquire(
                destination, within: outer, interruption, deadline: deadline,
                say: StandardError.say)
        } catch .timedOut(let message) {
            throw Failure(.timedOut, message)
        } catch .interrupted {
            throw Failure(interruption.status, nil)
        }
    }

    /// DEST and its parent folders, as far as this process created them.
    var made: [FilePath] { lease?.made ?? [] }

    /// Runs backends for a role, for the data at `path`, whose files they list in `manifest`.
    func acquire(
        _ role: BackendProgram.Role, at path: FilePath, _ manifest: Manifest?
    ) throws(Acquisition.Failure) -> Acquisition.Outcome {
        let settings = [recording.settings, manifest?.settings ?? [:], lease?.settings ?? [:]]
        let runner = BackendRunner(
            environment: settings.reduce(recording.limits.environment) {
                $0.merging($1) { $1 }
            },
            timeout: deadline.map { $0 - .now }, guardian: guardian, interruption: interruption)
        let able =
            role == recording.role ? recording.backends : recording.backends.filter(\.canVerify)
        return try Acquisition(
            backends: able, runner: runner, usesAll: usesAll, role: role, say: StandardError.say
        ).run(uris: uris, path: path)
    }

    /// Throws if another process may write to DEST now.
    func requireLease() throws(Failure) {
        if let loss = lease?.loss { throw Failure(.runsAlready, loss) }
    }

    /// What the user learns of a failure.
    func explained(_ failure: Acquisition.Failure) -> Failure {
        guard case .interrupted = failure else {
            return Failure(failure, uris: uris, backends: recording.backends)
        }
        if interruption.signal == nil, let loss = lease?.loss { return Failure(.runsAlready, loss) }
        return Failure(interruption.status, nil)
    }

    /// Lets other processes write to DEST, or unmount it.
    func release() {
        // Not left to its deinit: the thread that renews the lease may refer to it until we exit.
        guardian.end()
        lease?.release()
    }
}

extension Recording {
    /// The time limit of a download. nil for none. (The variable has no units. Backends complain of a wrong one.)
    fileprivate var timeout: TimeLimit? {
        guard role == .get, limits.timeout == nil, let text = environment[.timeout],
            WholeNumber.parse(text) != nil
        else { return limits.timeout }
        return TimeLimit(text)
    }
}
