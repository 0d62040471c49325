import Backends
import SystemPackage

extension Installation {
    /// The backends built into the program.
    static let builtIn = [
        bitTorrentBackend, ipfsBackend, hubBackend, registryBackend, recordBackend, httpBackend,
    ]
    /// Downloads and seeds torrents.
    static let bitTorrentBackend = "bittorrent"
    /// Downloads files and folders from IPFS gateways. Before `http`, which would not verify what a gateway sends.
    static let ipfsBackend = "ipfs"
    /// Downloads repositories of the Hugging Face Hub.
    static let hubBackend = "hf"
    /// Downloads artifacts from OCI registries.
    static let registryBackend = "oci"
    /// Downloads records of Zenodo, Dataverse and the Internet Archive.
    static let recordBackend = "records"
    /// Downloads files from web servers.
    static let httpBackend = "http"

    /// The backends next to `pierdat`, then those in PATH.
    func backends(environment: [String: String]) -> BackendDirectory {
        let path = environment["PATH"]?.split(separator: ":").map { FilePath(String($0)) } ?? []
        return BackendDirectory(
            folders: [programs] + path.filter(\.isAbsolute), builtIn: Self.builtIn)
    }
}
