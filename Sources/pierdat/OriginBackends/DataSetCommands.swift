import ArgumentParser
import BackendContract

/// `pierdat-check-hf`, `pierdat-check-oci` and `pierdat-check-records`: the contract's check.
struct CheckDataSet: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.running.rawValue,
        abstract: "Check whether a URI is that of a data set that this backend downloads.")

    @Argument(help: "The URI.")
    var uri: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        // The digest of a single file says nothing about a data set.
        guard let origin = DataSetOrigin.ofThisProgram, (environment[.checksum] ?? "").isEmpty,
            try origin.accepts(uri, environment: environment)
        else { throw ExitCode.failure }
    }
}

/// `pierdat-get-hf`, `pierdat-get-oci` and `pierdat-get-records`: the contract's get.
struct GetDataSet: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.running.rawValue,
        abstract: "Download the files of a data set, and print the line that seeds them.")

    @Argument(help: "The URI.")
    var uri: String

    @Argument(help: "The folder in which the data set's folder or file appears.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        guard let origin = DataSetOrigin.ofThisProgram else { throw ExitCode.failure }
        try DataSetAcquisition.get(
            into: destination, orBy: try origin.torrent(of: uri, environment: environment),
            environment: environment, installation: installation
        ) {
            try origin.files(of: uri, environment: environment, installation: installation)
        }
    }
}

/// `pierdat-verify-hf`, `pierdat-verify-oci` and `pierdat-verify-records`: the contract's verify.
struct VerifyDataSet: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.running.rawValue,
        abstract: "Verify the files of a data set, and print the line that seeds them.")

    @Argument(help: "The URI.")
    var uri: String

    @Argument(help: "The data set's folder or file, or the folder that contains it.")
    var path: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        guard let origin = DataSetOrigin.ofThisProgram else { throw ExitCode.failure }
        try origin.files(of: uri, environment: environment, installation: installation)
            .verify(at: path)
    }
}
