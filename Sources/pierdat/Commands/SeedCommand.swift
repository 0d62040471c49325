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

    @OptionGroup var mounts: MountOptions

    @Argument(help: "The URI that the data has.")
    var uri: String

    @Argument(help: "Where the data lies.")
    var path: String

    func run() throws {
        let installation = try Installation.current()
        let environment = ProcessEnvironment.current
        let all = installation.backends(environment: environment).backends()
        let recording = Recording(
            installation: installation, backends: all.filter(\.canVerify),
            limits: TimeLimits(), role: .verify, buildCheck: BuildCheck(mounts),
            dataLayer: DataNormalization(time: try LayerTime(environment: environment)))
        try recording.run(uris: [uri], path: FilePath(path), usesAll: false)
    }
}
