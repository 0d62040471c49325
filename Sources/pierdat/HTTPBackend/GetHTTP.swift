import ArgumentParser

/// `pierdat-get-http`: the contract's get.
struct GetHTTP: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.getHTTP.rawValue,
        abstract: "Download a file from web servers, and print the line that seeds it.")

    @Argument(help: "The URL, with the digest of the file: https://host/file#sha256=HEX")
    var uri: String

    @Argument(help: "The folder in which the file appears.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try HTTPAcquisition(uri: uri, environment: environment, installation: installation)
            .get(into: destination)
    }
}
