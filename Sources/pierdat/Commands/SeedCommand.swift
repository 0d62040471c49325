import ArgumentParser
import Backends
import ImageLayer
import SystemPackage

/// `pierdat seed URI PATH`.
struct SeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Verify data that is already there, and record how to seed it.",
        discussion: """
            Fails if data is missing or does not match. Downloads no data.
            """)

    @OptionGroup var choice: BackendOption

    @OptionGroup var mounts: MountOptions

    @Argument(help: "The URI of the data.")
    var uri: String

    @Argument(help: "The data's file or folder, or the folder that contains it.")
    var path: String

    func run() throws {
        let installation = try Installation.current()
        let environment = ProcessEnvironment.current
        let recording = Recording(
            installation: installation,
            backends: try verifiers(in: installation.backends(environment: environment)),
            limits: TimeLimits(), role: .verify, settings: choice.settings,
            environment: environment, buildCheck: BuildCheck(mounts),
            dataLayer: DataNormalization(time: try LayerTime(environment: environment)))
        try recording.run(uris: [uri], path: FilePath(path), usesAll: false)
    }

    private func verifiers(in directory: BackendDirectory) throws(Failure) -> [Backend] {
        let verifiers = try choice.backends(of: directory).filter(\.canVerify)
        guard let name = choice.name, verifiers.isEmpty else { return verifiers }
        throw Failure(
            .noBackend,
            """
            the backend '\(name)' cannot verify existing data: it has no program \
            pierdat-verify-\(name). These backends can: \(directory.backends().filter(\.canVerify).names)
            """)
    }
}
