import ArgumentParser
import BackendContract
import BitTorrent
import IPFS

/// `pierdat-check-ipfs`: the contract's check.
struct CheckIPFS: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.checkIPFS.rawValue,
        abstract: "Check whether a URI is that of a file or folder on IPFS.")

    @Argument(help: "The URI.")
    var uri: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        guard try IPFSURI(argument: uri) != nil else { throw ExitCode.failure }
    }
}

extension IPFSURI {
    /// Parses an argument. nil if it is not about IPFS.
    init?(argument text: String) throws(TorrentError) {
        do throws(IPFSURIError) {
            guard let uri = try IPFSURI(text) else { return nil }
            self = uri
        } catch {
            throw .invalid("'\(TorrentURI.shown(text))' cannot be used: \(error)")
        }
    }
}
