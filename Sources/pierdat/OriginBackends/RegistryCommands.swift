import ArgumentParser
import BackendContract
import Origins

/// `pierdat-check-oci`: the contract's check.
struct CheckRegistry: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.checkRegistry.rawValue,
        abstract: "Check whether a URI is that of an artifact in an OCI registry.")

    @Argument(help: "The URI.")
    var uri: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        // The digest of a single file says nothing about an artifact.
        guard try RegistryURI(argument: uri) != nil, (environment[.checksum] ?? "").isEmpty else {
            throw ExitCode.failure
        }
    }
}

/// `pierdat-get-oci`: the contract's get.
struct GetRegistry: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.getRegistry.rawValue,
        abstract: "Download files from an OCI registry, and print the line that seeds them.")

    @Argument(help: "The URI: oci://REGISTRY/NAME[:TAG][@sha256:HEX]")
    var uri: String

    @Argument(help: "The folder in which the folder of the data or the file appears.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        let parsed = try RegistryURI(argument: uri)
        try DataSetAcquisition.get(
            into: destination, orBy: parsed?.digest == nil ? nil : parsed?.torrent,
            environment: environment, installation: installation
        ) {
            try DataSetAcquisition(
                registry: uri, environment: environment, installation: installation)
        }
    }
}

/// `pierdat-verify-oci`: the contract's verify.
struct VerifyRegistry: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.verifyRegistry.rawValue,
        abstract: "Verify files from an OCI registry, and print the line that seeds them.")

    @Argument(help: "The URI: oci://REGISTRY/NAME[:TAG][@sha256:HEX]")
    var uri: String

    @Argument(help: "The folder of the data or the file, or the folder that contains it.")
    var path: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try DataSetAcquisition(registry: uri, environment: environment, installation: installation)
            .verify(at: path)
    }
}
