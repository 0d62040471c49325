import ArgumentParser
import BackendContract
import EnvironmentSettings
import Origins

/// `pierdat-check-hf`: the contract's check.
struct CheckHub: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.checkHub.rawValue,
        abstract: "Check whether a URI is that of a repository of the Hugging Face Hub.")

    @Argument(help: "The URI.")
    var uri: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        // get reports what is wrong with a setting.
        let endpoint = (try? HubSettings(environment: environment))?.endpoint
        // The digest of a single file says nothing about a repository.
        guard try HubURI(argument: uri, endpoint: endpoint) != nil,
            (environment[.checksum] ?? "").isEmpty
        else { throw ExitCode.failure }
    }
}

/// `pierdat-get-hf`: the contract's get.
struct GetHub: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.getHub.rawValue,
        abstract: "Download files from the Hugging Face Hub, and print the line that seeds them.")

    @Argument(help: "The URI: hf://[datasets/|spaces/]ORG/NAME[@REVISION][/PATH]")
    var uri: String

    @Argument(help: "The folder in which the repository's folder or the file appears.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        let endpoint = try HubSettings(environment: environment).endpoint
        let parsed = try HubURI(argument: uri, endpoint: endpoint)
        try DataSetAcquisition.get(
            into: destination, orBy: parsed?.isPinned == true ? parsed?.torrent : nil,
            environment: environment, installation: installation
        ) {
            try DataSetAcquisition(hub: uri, environment: environment, installation: installation)
        }
    }
}

/// `pierdat-verify-hf`: the contract's verify.
struct VerifyHub: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.verifyHub.rawValue,
        abstract: "Verify files from the Hugging Face Hub, and print the line that seeds them.")

    @Argument(help: "The URI: hf://[datasets/|spaces/]ORG/NAME[@REVISION][/PATH]")
    var uri: String

    @Argument(help: "The repository's folder or the file, or the folder that contains it.")
    var path: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try DataSetAcquisition(hub: uri, environment: environment, installation: installation)
            .verify(at: path)
    }
}
