import Backends
import SystemPackage

extension Installation {
    /// The backends built into the program.
    static let builtIn = [bitTorrentBackend, httpBackend]
    /// Downloads and seeds torrents.
    static let bitTorrentBackend = "bittorrent"
    /// Downloads files from web servers.
    static let httpBackend = "http"

    /// The backends next to `pierdat`, then those in PATH.
    func backends(environment: [String: String]) -> BackendDirectory {
        let path = environment["PATH"]?.split(separator: ":").map { FilePath(String($0)) } ?? []
        return BackendDirectory(
            folders: [programs] + path.filter(\.isAbsolute), builtIn: Self.builtIn)
    }
}
