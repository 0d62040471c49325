import ArgumentParser
import BackendContract
import Origins

/// `pierdat-check-records`: the contract's check.
struct CheckRecord: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.checkRecord.rawValue,
        abstract:
            "Check whether a URI is that of a record of Zenodo, Dataverse or the Internet Archive.")

    @Argument(help: "The URI.")
    var uri: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        // The digest of a single file says nothing about a record.
        guard try RecordURI(argument: uri) != nil, (environment[.checksum] ?? "").isEmpty else {
            throw ExitCode.failure
        }
    }
}

/// `pierdat-get-records`: the contract's get.
struct GetRecord: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.getRecord.rawValue,
        abstract: "Download the files of a record, and print the line that seeds them.")

    @Argument(help: "The URI: zenodo:NUMBER, dataverse:HOST/doi:DOI[@VERSION] or archive:NAME")
    var uri: String

    @Argument(help: "The folder in which the folder of the data appears.")
    var destination: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try DataSetAcquisition.get(
            into: destination, orBy: try RecordURI(argument: uri)?.torrent,
            environment: environment, installation: installation
        ) {
            try DataSetAcquisition(
                record: uri, environment: environment, installation: installation)
        }
    }
}

/// `pierdat-verify-records`: the contract's verify.
struct VerifyRecord: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.verifyRecord.rawValue,
        abstract: "Verify the files of a record, and print the line that seeds them.")

    @Argument(help: "The URI: zenodo:NUMBER, dataverse:HOST/doi:DOI[@VERSION] or archive:NAME")
    var uri: String

    @Argument(help: "The folder of the data, or the folder that contains it.")
    var path: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        try DataSetAcquisition(record: uri, environment: environment, installation: installation)
            .verify(at: path)
    }
}
