import ArgumentParser
import Backends
import ImageLayer
import SystemPackage

/// `pierdat seed URI PATH`.
struct SeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Record data that is already there, after verifying it.",
        discussion: """
            PATH is the folder that holds the data's own file or folder, or that file or folder itself.
            """)

    @OptionGroup var choice: BackendOption

    @OptionGroup var mounts: MountOptions

    @Argument(help: "The URI that the data has.")
    var uri: String

    @Argument(help: "Where the data lies.")
    var path: String

    func run() throws {
        let installation = try Installation.current()
        let environment = ProcessEnvironment.current
        let recording = Recording(
            installation: installation,
            backends: try verifiers(in: installation.backends(environment: environment)),
            limits: TimeLimits(), role: .verify, settings: choice.settings,
            buildCheck: BuildCheck(mounts),
            dataLayer: DataNormalization(time: try LayerTime(environment: environment)))
        try recording.run(uris: [uri], path: FilePath(path), usesAll: false)
    }

    private func verifiers(in directory: BackendDirectory) throws(Failure) -> [Backend] {
        let verifiers = try choice.backends(of: directory).filter(\.canVerify)
        guard let name = choice.name, verifiers.isEmpty else { return verifiers }
        throw Failure(
            .noBackend,
            """
            the backend '\(name)' cannot verify data that is already there: it has no program \
            pierdat-verify-\(name). These can: \(directory.backends().filter(\.canVerify).names)
            """)
    }
}
