import Backends
import SystemPackage

extension Installation {
    /// The backends that are part of the program.
    static let builtIn = ["bittorrent"]

    /// Backends beside `pierdat`, then those on PATH.
    func backends(environment: [String: String]) -> BackendDirectory {
        let path = environment["PATH"]?.split(separator: ":").map { FilePath(String($0)) } ?? []
        return BackendDirectory(
            folders: [programs] + path.filter(\.isAbsolute), builtIn: Self.builtIn)
    }
}
