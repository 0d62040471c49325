import Backends
import Glibc
import Layer
import LinuxSystem
import SeedList
import SystemPackage

/// Runs backends on URIs and puts the lines that they print on the seed list.
struct Recording {
    let installation: Installation
    let backends: [Backend]
    let limits: TimeLimits
    let role: Backend.Role
    /// What backends are told in the environment, beside the limits.
    var settings: [String: String] = [:]
    /// Whether what comes, and what is noted of it, ends up in the image.
    let buildCheck: BuildCheck
    /// How what comes, and what is noted of it, is to lie in an image.
    let dataLayer: DataLayer

    /// Ends with a line on standard error and a status of its own where it fails; the seed list is
    /// then as it was.
    func run(uris: [String], path: FilePath, usesAll: Bool) throws {
        let list = SeedListFile(installation.seedList)
        let destination = try WorkingDirectory.absolute(path)
        for path in [destination, installation.prefix] {
            if let complaint = path.complaintUnlessText(like: "paths on the seed list") {
                throw Failure(role == .get ? .cannotWrite : .invalidData, complaint)
            }
        }
        try buildCheck.require(
            role == .get ? "DEST" : "PATH", destination, recordedIn: installation)
        let stateLayer = StateLayer(of: installation, time: dataLayer.time)
        let watch = role == .get ? try dataLayer.watch(destination) : nil
        let manifest = watch?.manifest ?? Manifest()
        // An hour of download is not to be lost for want of permission to write a line.
        try Failure.wrapping(.cannotWrite) { try list.checkWritable() }
        let interruption = try Interruption()
        let acquisition = Acquisition(
            backends: backends,
            runner: BackendRunner(
                environment: limits.environment.merging(settings) { $1 }
                    .merging(manifest?.settings ?? [:]) { $1 },
                timeout: limits.timeout?.duration, guardian: try BackendGuard(),
                interruption: interruption),
            usesAll: usesAll, role: role, say: StandardError.say)
        let outcome: Acquisition.Outcome
        do throws(Acquisition.Failure) {
            outcome = try acquisition.run(uris: uris, path: destination)
        } catch .interrupted {
            throw Failure(interruption.status, nil)
        } catch {
            throw Failure(error, uris: uris, backends: backends)
        }
        try buildCheck.require(manifest, below: destination)
        if let watch {
            try dataLayer.finish(watch, isOfOneBackend: outcome.succeeded.count == 1)
        }
        try Failure.wrapping(.cannotWrite) { try list.append(outcome.lines) }
        try stateLayer.finish()
    }
}

extension Failure {
    fileprivate init(_ failure: Acquisition.Failure, uris: [String], backends: [Backend]) {
        switch failure {
        case .noBackend:
            self.init(
                .noBackend,
                """
                no backend can get \(uris.map(\.shown).joined(separator: " or ")). \
                Is it mistyped? The backends are: \(backends.names)
                """)
        case .everyBackendFailed(let failures):
            let status = failures.last.map(ExitStatus.init) ?? .everyBackendFailed
            let isDefect = status == .internalFailure
            self.init(
                status,
                isDefect
                    ? "that is a defect of Pierdat's own: please report it"
                    : Self.summary(of: failures))
        case .interrupted:
            self.init(.terminated, nil)
        }
    }

    /// What is to be read last where several were tried, for the last of them may have said the most. nil
    /// where there was one.
    private static func summary(of failures: [BackendFailure]) -> String? {
        guard failures.count > 1 else { return nil }
        let shown = 6
        let more = failures.count > shown ? " and \(failures.count - shown) more times" : ""
        return """
            nothing was got: \(failures.prefix(shown).map { "\($0)" }.joined(separator: ", "))\(more). \
            Each has said why above the line that names it
            """
    }
}

extension Interruption {
    /// As which the program ends.
    fileprivate var status: ExitStatus {
        switch signal {
        case SIGINT: .interrupted
        case SIGHUP: .hungUp
        default: .terminated
        }
    }
}

extension ExitStatus {
    /// A backend that ends with one of our statuses hands its meaning on.
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
        case .killed, .notStarted, .tooMuchOutput, .badLine, .interrupted:
            self = .everyBackendFailed
        }
    }
}

extension [Backend] {
    /// The names, for the user.
    var names: String { isEmpty ? "none" : map(\.name).joined(separator: ", ") }
}

extension String {
    /// Shortened, and fit for a terminal.
    fileprivate var shown: String {
        let limit = 120
        let plain = String(
            unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
        return "'" + (plain.count > limit ? plain.prefix(limit) + "…" : plain) + "'"
    }
}
