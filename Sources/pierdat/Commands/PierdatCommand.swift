import ArgumentParser
import ProductVersion

/// `pierdat`: the command for a Dockerfile's RUN.
struct PierdatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.pierdat.rawValue,
        abstract: "Download data from whoever seeds it, and seed it from then on.",
        usage: """
            pierdat [OPTIONS] URI [URI…] DEST
            pierdat publish [OPTIONS] PATH
            pierdat seed [OPTIONS] URI PATH
            """,
        discussion: "'pierdat get --help' lists the OPTIONS of the first form.",
        version: ProductVersion.text,
        subcommands: [
            GetCommand.self, PublishCommand.self, SeedCommand.self, StatusCommand.self,
            HealthCommand.self, TestBackendCommand.self, SeedLineCommand.self,
        ],
        defaultSubcommand: GetCommand.self)
}
