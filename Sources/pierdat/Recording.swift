import BackendContract
import Backends
import BitTorrent
import EnvironmentSettings
import Glibc
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

/// Runs backends for URIs and appends the lines that they print to the seed list.
struct Recording {
    let installation: Installation
    let backends: [Backend]
    let limits: TimeLimits
    let role: BackendProgram.Role
    /// Environment variables for backends, in addition to the limits.
    var settings: [String: String] = [:]
    /// Our own environment.
    let environment: [String: String]
    /// Checks that the data and its records become part of the image.
    let buildCheck: BuildCheck
    /// The attributes of the data and its records in the image.
    let dataLayer: DataNormalization
    /// Records that a line of the get list is complete. nil if this is not one.
    var marker: StartMarker?

    /// On failure, ends with an error message and an exit code, and leaves the seed list unchanged.
    func run(uris: [String], path: FilePath, usesAll: Bool) throws {
        let atomicity = try Atomicity(environment: environment)
        let destination = try WorkingDirectory.absolute(path)
        for path in [destination, installation.stateFolder ?? installation.prefix] {
            if let complaint = path.complaintUnlessText(like: "paths on the seed list") {
                throw Failure(role == .get ? .cannotWrite : .invalidData, complaint)
            }
        }
        try buildCheck.require(
            role == .get ? "DEST" : "PATH", destination, recordedIn: installation)
        let stateLayer = StateNormalization(
            seedList: installation.seedList, state: installation.state, time: dataLayer.time)
        let isNew = FileStatus(of: destination) == nil
        var watch = role == .get ? try dataLayer.watch(destination) : nil
        let list = try installation.writableSeedList()
        let interruption = try Interruption()
        let start = ContinuousClock.now
        let lease = try self.lease(of: destination, interruption)
        defer { lease?.release() }
        // The file of the lease is no change by the download.
        if lease?.isShown == true, !isNew { watch = try dataLayer.watch(destination) }
        let guardian = try lease?.makeGuard() ?? BackendGuard()
        try lease?.keep(guardian, interruption)
        func acquire(
            _ role: BackendProgram.Role, at path: FilePath, _ manifest: Manifest?
        ) throws(Acquisition.Failure) -> Acquisition.Outcome {
            let runner = BackendRunner(
                environment: limits.environment.merging(settings) { $1 }
                    .merging(manifest?.settings ?? [:]) { $1 }
                    .merging(lease?.settings ?? [:]) { $1 },
                timeout: limits.timeout?.duration.map { $0 - (.now - start) },
                guardian: guardian, interruption: interruption)
            let able = role == self.role ? backends : backends.filter(\.canVerify)
            return try Acquisition(
                backends: able, runner: runner, usesAll: usesAll, role: role,
                say: StandardError.say
            ).run(uris: uris, path: path)
        }
        let manifest = watch?.manifest ?? Manifest()
        marker?.remove()
        let outcome: Acquisition.Outcome
        do {
            if role == .get, atomicity == .whenComplete {
                let stage = StagedData(of: key(of: uris), in: destination)
                outcome = try fill(stage, destination, manifest, lease, acquire)
            } else {
                outcome = try acquire(role, at: destination, manifest)
            }
        } catch Acquisition.Failure.interrupted {
            if interruption.signal == nil, let loss = lease?.loss {
                throw Failure(.runsAlready, loss)
            }
            throw Failure(interruption.status, nil)
        } catch let failure as Acquisition.Failure {
            throw Failure(failure, uris: uris, backends: backends)
        }
        if let loss = lease?.loss { throw Failure(.runsAlready, loss) }
        try buildCheck.require(manifest, below: destination)
        if let watch {
            StandardError.warn(
                of: try dataLayer.finish(watch, isOfOneBackend: outcome.succeeded.count == 1))
            warnOfMode()
        }
        try Failure.wrapping(.cannotWrite) { try list.append(outcome.lines) }
        StandardError.warn(of: try stateLayer.finish())
        mark(outcome, manifest)
    }

    private func mark(_ outcome: Acquisition.Outcome, _ manifest: Manifest?) {
        guard let marker else { return }
        do throws(Errno) {
            // Only the manifest of a single backend is complete.
            let files = outcome.succeeded.count == 1 ? try manifest?.files() : nil
            try marker.write(files: files ?? [], lines: outcome.lines)
        } catch {
            StandardError.say(
                "warning: the data will be verified again at the next start: cannot record that it is complete: \(error)"
            )
        }
    }

    /// Waits until no other process writes to `destination`. nil if we do not write to it either.
    private func lease(
        of destination: FilePath, _ interruption: Interruption
    ) throws -> DestinationLease? {
        guard role == .get else { return nil }
        let timeout = limits.timeout ?? environment[.timeout].flatMap { TimeLimit($0) }
        do throws(DestinationLease.Failure) {
            return try DestinationLease.acquire(
                destination, within: environment[.lease], interruption,
                deadline: timeout?.duration.map { .now + $0 }, say: StandardError.say)
        } catch .timedOut(let message) {
            throw Failure(.timedOut, message)
        } catch .interrupted {
            throw Failure(interruption.status, nil)
        }
    }

    private func warnOfMode() {
        guard let mode = dataLayer.mode, !mode.isReadableByAll else { return }
        StandardError.say(
            """
            warning: with --chmod \(mode) not every user can read the data: to seed it, pierdatd \
            has to run as root or as \(dataLayer.owner.map { "'\($0)'" } ?? "the user that downloaded it")
            """)
    }
}

extension Failure {
    init(_ failure: Acquisition.Failure, uris: [String], backends: [Backend]) {
        switch failure {
        case .noBackend:
            self.init(
                .noBackend,
                """
                no backend can download \(uris.map { "'\(TorrentURI.shown($0))'" }.joined(separator: " or ")). \
                Each of these does not support such a URI, or lacks a program that it needs: \
                \(backends.names). Check how the URI is spelled and quoted, or name the \
                backend for it with --backend\(Self.advice(onWord: uris[0]))
                """)
        case .everyBackendFailed(let failures):
            let status = failures.last.map(ExitStatus.init) ?? .everyBackendFailed
            let isDefect = status == .internalFailure
            self.init(
                status,
                isDefect
                    ? "that is a bug in Pierdat: please report it"
                    : Self.summary(of: failures))
        case .interrupted:
            self.init(.terminated, nil)
        }
    }

    /// A single word was perhaps meant to be a command.
    private static func advice(onWord uri: String) -> String {
        guard uri.count < 12, uri.allSatisfy({ $0.isASCII && $0.isLetter }) else { return "" }
        let commands = PierdatCommand.configuration.subcommands.compactMap {
            $0.configuration.commandName
        }
        return
            ". If '\(uri)' was meant as a command: the commands are \(commands.joined(separator: ", "))"
    }

    /// The final message. nil if only the built-in backend failed, because it has already printed
    /// the reason. With several attempts, the last message may not be the most helpful. Other
    /// backends may have printed nothing.
    private static func summary(of failures: [BackendFailure]) -> String? {
        if failures.count == 1, failures.allSatisfy({ Installation.builtIn.contains($0.backend) }) {
            return nil
        }
        let shown = 6
        let more = failures.count > shown ? "; and \(failures.count - shown) more times" : ""
        return """
            no backend could download the data. \(failures.prefix(shown).map { "\($0)" }.joined(separator: "; "))\(more). \
            The reasons are in the lines above
            """
    }
}

extension Interruption {
    /// The exit code for the signal.
    var status: ExitStatus {
        switch signal {
        case SIGINT: .interrupted
        case SIGHUP: .hungUp
        default: .terminated
        }
    }
}

extension ExitStatus {
    /// Passes on a backend's exit code if it is one of ours.
    fileprivate init(_ failure: BackendFailure) {
        switch failure.cause {
        case _ where failure.isDefect && Installation.builtIn.contains(failure.backend):
            self = .internalFailure
        case .timedOut: self = .timedOut
        case .notStarted where failure.shortage != nil: self = .noResource
        case .exited(let status):
            let meaning = ExitStatus(rawValue: status)
            let handedOn: [ExitStatus] = [
                .invalidData, .noInput, .noResource, .cannotWrite, .inputOutput, .noSpace,
                .timedOut, .usage,
            ]
            self = meaning.flatMap { handedOn.contains($0) ? $0 : nil } ?? .everyBackendFailed
        case .killed, .notStarted, .tooMuchOutput, .badLine, .checkHung, .interrupted:
            self = .everyBackendFailed
        }
    }
}

extension [Backend] {
    /// The names as a list for the user.
    var names: String { isEmpty ? "none" : map(\.name).joined(separator: ", ") }
}
