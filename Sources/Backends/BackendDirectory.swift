import BackendContract
import Glibc
import LinuxSystem
import SystemPackage

/// The folders that are searched for backends, in order.
public struct BackendDirectory: Sendable {
    private let folders: [FilePath]

    /// The names of the built-in backends, which are tried first.
    private let builtIn: [String]

    /// Searches `folders` in this order. The names in `builtIn` come first, in this order.
    public init(folders: [FilePath], builtIn: [String]) {
        self.folders = folders
        self.builtIn = builtIn
    }

    /// The available backends in the order in which they are tried: built-in ones, then the others
    /// by name. A backend needs both an executable check and an executable get. If several folders
    /// contain the same name, the first one wins.
    public func backends() -> [Backend] {
        var found: [String: Backend] = [:]
        for folder in folders {
            for name in Self.names(in: folder) where found[name] == nil {
                let backend = Backend(name: name, folder: folder)
                let isComplete = [.check, .get].allSatisfy {
                    ExecutableFile.exists(at: backend.program($0))
                }
                if isComplete { found[name] = backend }
            }
        }
        let first = builtIn.compactMap { found.removeValue(forKey: $0) }
        return first + found.values.sorted { $0.name < $1.name }
    }

    /// The NAMEs of all `pierdat-check-NAME` in a folder. Empty if the folder cannot be read.
    private static func names(in folder: FilePath) -> [String] {
        let files = (try? DirectoryStream(folder).names()) ?? []
        return files.compactMap { BackendProgram(fileName: $0.string) }
            .filter { $0.role == .check }.map(\.backend)
    }
}
