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
        let destination = try checked(path)
        let stateLayer = StateNormalization(
            seedList: installation.seedList, state: installation.state, time: dataLayer.time)
        if role == .get { try dataLayer.fileOwner() }
        let list = try installation.writableSeedList()
        let writer = try SoleWriter(
            to: destination, for: self, uris: uris, usesAll: usesAll)
        defer { writer.release() }
        // Not earlier, because what the process before us has changed is not ours.
        let watch = role == .get ? try dataLayer.watch(destination, made: writer.made) : nil
        let manifest = watch?.manifest ?? Manifest()
        marker?.remove()
        let outcome: Acquisition.Outcome
        do {
            outcome =
                role == .get && atomicity == .whenComplete
                ? try fill(
                    StagedData(of: key(of: uris), in: destination), destination, manifest, writer)
                : try writer.acquire(role, at: destination, manifest)
        } catch let failure as Acquisition.Failure {
            throw writer.explained(failure)
        }
        try writer.requireLease()
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

    /// `path` as an absolute path. Throws if it cannot be recorded, or would not become part of the image.
    private func checked(_ path: FilePath) throws -> FilePath {
        let destination = try WorkingDirectory.absolute(path)
        for path in [destination, installation.stateFolder ?? installation.prefix] {
            if let complaint = path.complaintUnlessText(like: "paths on the seed list") {
                throw Failure(role == .get ? .cannotWrite : .invalidData, complaint)
            }
        }
        try buildCheck.require(
            role == .get ? "DEST" : "PATH", destination, recordedIn: installation)
        return destination
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
            Their messages say why
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
