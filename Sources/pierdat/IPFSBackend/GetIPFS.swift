import ArgumentParser

/// `pierdat-get-ipfs`: the contract's get.
struct GetIPFS: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.getIPFS.rawValue,
        abstract: "Download a file or folder from IPFS gateways, and print the line that seeds it.")

    @Argument(help: "ipfs://CID/PATH, /ipfs/CID/PATH, or the URL of either on a gateway.")
    var uri: String

    @Argument(help: "The folder in which the file or folder appears.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try IPFSAcquisition(uri: uri, environment: environment, installation: installation)
            .get(into: destination)
    }
}
