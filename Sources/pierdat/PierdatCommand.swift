import ArgumentParser

struct PierdatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pierdat",
        abstract: "Get data from whoever seeds it, and seed it from then on.",
        version: Version.current)
}
