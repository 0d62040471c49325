import ArgumentParser

/// `pierdat-verify-http`: the contract's verify.
struct VerifyHTTP: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.verifyHTTP.rawValue,
        abstract: "Verify a file that was downloaded, and print the line that seeds it.")

    @Argument(help: "The URL, with the digest of the file: https://host/file#sha256=HEX")
    var uri: String

    @Argument(help: "The file, or the folder that contains it.")
    var path: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try HTTPAcquisition(uri: uri, environment: environment, installation: installation)
            .verify(at: path)
    }
}
