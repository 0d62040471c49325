import ArgumentParser
import BackendContract
import BitTorrent
import EnvironmentSettings
import IPFS
import Origins

/// `pierdat-check-http`: the contract's check.
struct CheckHTTP: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.checkHTTP.rawValue,
        abstract: "Check whether a URI is that of a file on a web server.")

    @Argument(help: "The URI.")
    var uri: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        guard let uri = try WebURI(argument: uri) else { throw ExitCode.failure }
        // The URL of a torrent is BitTorrent's, unless the user wants the torrent itself.
        let isNamed = environment[.backend] == Installation.httpBackend
        guard isNamed || !TorrentURI.isNamedAsTorrent(uri.url) else { throw ExitCode.failure }
        // What a gateway of IPFS sends is verified only by the backend `ipfs`, or by a digest.
        let isVerified = try HTTPAcquisition.digest(of: uri, environment: environment) != nil
        guard try isNamed || isVerified || IPFSURI(argument: self.uri) == nil else {
            throw ExitCode.failure
        }
        // A page of the Hub stands for files that the backend hf downloads.
        let hub = (try? HubSettings(environment: environment))?.endpoint
        guard isNamed || (try? HubURI(self.uri, endpoint: hub)) ?? nil == nil else {
            throw ExitCode.failure
        }
        // So does the page of a record, unless the user wants the page itself.
        guard isNamed || isVerified || (try? RecordURI(self.uri)) ?? nil == nil else {
            throw ExitCode.failure
        }
        // The first of several mirrors is downloaded together with the others.
        let mirrors = try HTTPAcquisition.mirrors(of: uri, environment: environment)
        guard mirrors.first == uri.url else { throw ExitCode.failure }
        // There is only one file to select from.
        guard (environment[.select] ?? "").isEmpty else { throw ExitCode.failure }
    }
}

extension WebURI {
    /// Parses an argument. nil if it is not an http or https URL.
    init?(argument text: String) throws(TorrentError) {
        do throws(WebURIError) {
            guard let uri = try WebURI(text) else { return nil }
            self = uri
        } catch {
            throw .invalid("'\(TorrentURI.shown(text))' is malformed: \(error)")
        }
    }
}
