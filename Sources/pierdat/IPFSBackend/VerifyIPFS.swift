import ArgumentParser

/// `pierdat-verify-ipfs`: the contract's verify.
struct VerifyIPFS: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.verifyIPFS.rawValue,
        abstract: "Verify data that came from IPFS, and print the line that seeds it.")

    @Argument(help: "ipfs://CID/PATH, /ipfs/CID/PATH, or the URL of either on a gateway.")
    var uri: String

    @Argument(help: "The file or folder, or the folder that contains it.")
    var path: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try IPFSAcquisition(uri: uri, environment: environment, installation: installation)
            .verify(at: path)
    }
}
