import ArgumentParser
import BackendContract
import Backends
import Digest
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

/// `pierdat URI [URI…] DEST`.
struct GetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Download data into a folder, and record how to seed it (the default).",
        usage: "pierdat [OPTIONS] URI [URI…] DEST",
        discussion: """
            A URI is the URL of a file with its digest (https://host/file#sha256=HEX), a magnet link, a \
            .torrent, an info-hash, a digest (sha256:HEX), or what another backend understands. Several \
            http and https URLs of one digest are mirrors, used at once. All other URIs are alternatives \
            for the same data, tried in order. DEST is the folder in which the data's file or folder \
            appears; it is created if it is missing. If the command line has only DEST, the URIs are \
            taken from PIERDAT_URI, separated by blanks. That is for a RUN in exec form, which expands \
            no build arguments.
            """)

    @OptionGroup var choice: BackendOption

    @Flag(help: "Continue after the first backend that succeeds, to seed on several networks.")
    var allBackends = false

    @Flag(name: [.short, .long], help: "List the backends, and exit.")
    var listBackends = false

    @Option(
        help: ArgumentHelp(
            "Download only the files that match, such as 'maps/*.pbf'; repeatable.",
            valueName: "glob"))
    var select: [String] = []

    @Option(
        help: ArgumentHelp(
            "The digest that the file at a URL or of a torrent must have, as with ADD --checksum.",
            valueName: "sha256:hex"))
    var checksum: ContentDigest?

    @Option(
        help: ArgumentHelp(
            "Give up after this time: seconds, or 90s, 10m, 2h.", valueName: "time"))
    var timeout: TimeLimit?

    @Option(
        help: ArgumentHelp(
            "Give up after this time without data; 0 means never. (default: 10m)",
            valueName: "time"))
    var stallTimeout: TimeLimit?

    @Option(
        help: ArgumentHelp(
            "Owner of the data, by name or number, as with COPY --chown.",
            valueName: "user[:group]"))
    var chown: OwnerName?

    @Option(
        help: ArgumentHelp(
            "Permissions of the data in octal, as with COPY --chmod.", valueName: "mode"))
    var chmod: Permissions?

    @OptionGroup var mounts: MountOptions

    @Flag(
        help: """
            Download nothing now: record it on the get list, so that pierdatd downloads the data when \
            a container starts.
            """)
    var atStart = false

    @Flag(
        help: "With --at-start: verify the data at each start, even if no file has changed.")
    var verifyAtStart = false

    /// Set for the downloads that `pierdatd` starts.
    @Flag(name: .customLong("is-on-get-list"), help: .hidden)
    var isOnGetList = false

    @Argument(
        help: ArgumentHelp(
            "The URIs of the data, then the folder to download it into.", valueName: "URI… DEST"))
    var arguments: [String] = []

    func validate() throws {
        guard select.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isNewline) }) else {
            throw ValidationError("--select needs the name or pattern of a file")
        }
        guard arguments.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError(
                "A URI or DEST is empty: is a variable in the Dockerfile unset?")
        }
    }

    func run() throws {
        let installation = try Installation.current()
        let environment = ProcessEnvironment.current
        let directory = installation.backends(environment: environment)
        if listBackends {
            for backend in directory.backends() { print(backend.name) }
            return
        }
        guard !atStart else {
            return try recordForStart(
                in: installation, environment: environment, directory: directory)
        }
        let uris = try uris(environment: environment)
        let destination = FilePath(arguments[arguments.count - 1])
        let marker = try startMarker(
            in: installation, environment: environment, uris: uris, destination: destination)
        if let marker, !verifyAtStart, let lines = marker.seedLines {
            let list = try installation.writableSeedList()
            try Failure.wrapping(.cannotWrite) { try list.append(lines) }
            return StandardError.say("the data in \(destination) is complete and has not changed")
        }
        let buildCheck = BuildCheck(mounts)
        try buildCheck.warnOfCache(environment)
        var recording = Recording(
            installation: installation, backends: try choice.backends(of: directory),
            limits: TimeLimits(timeout: timeout, stallTimeout: stallTimeout), role: .get,
            settings: settings(for: uris), environment: environment, buildCheck: buildCheck,
            dataLayer: DataNormalization(
                time: try LayerTime(environment: environment), owner: chown, mode: chmod))
        recording.marker = marker
        try recording.run(uris: uris, path: destination, usesAll: allBackends)
    }

    /// The settings for backends, as the contract defines them.
    func settings(for uris: [String]) -> [String: String] {
        var settings = choice.settings
        settings[.checksum] = checksum?.description
        settings[.uris] = Self.list(of: uris)
        if !select.isEmpty { settings[.select] = select.joined(separator: "\n") }
        return settings
    }

    /// One a line. nil if that is impossible, or too long for an environment variable (MAX_ARG_STRLEN).
    private static func list(of uris: [String]) -> String? {
        let list = uris.joined(separator: "\n")
        let isList = !uris.contains { $0.contains(where: \.isNewline) }
        return isList && list.utf8.count < 100_000 ? list : nil
    }

    /// All operands except DEST, or PIERDAT_URI if there are none. Not checked in `validate`, which
    /// runs before unknown options are reported.
    func uris(environment: [String: String]) throws -> [String] {
        let uris =
            arguments.count == 1
            ? (environment[.uri] ?? "").split(whereSeparator: \.isWhitespace).map(
                String.init) : Array(arguments.dropLast())
        guard !uris.isEmpty else {
            throw ValidationError("Give a URI and the folder DEST: pierdat URI [URI…] DEST")
        }
        return uris
    }
}

extension TimeLimit: ExpressibleByArgument {
    /// Parses the value of `--timeout` or `--stall-timeout`.
    public init?(argument: String) { self.init(argument) }
}

extension ContentDigest: ExpressibleByArgument {
    /// Parses the value of `--checksum`.
    public init?(argument: String) { self.init(argument) }
}

extension OwnerName: ExpressibleByArgument {
    /// Parses the value of `--chown`.
    public init?(argument: String) { self.init(argument) }
}

extension Permissions: ExpressibleByArgument {
    /// Parses the value of `--chmod`.
    public init?(argument: String) { self.init(argument) }
}
