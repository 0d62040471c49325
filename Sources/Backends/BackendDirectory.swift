import BackendContract
import Glibc
import LinuxSystem
import SystemPackage

/// The folders in which backends are looked for, the first one first.
public struct BackendDirectory: Sendable {
    private let folders: [FilePath]

    /// Names that come before all others.
    private let builtIn: [String]

    public init(folders: [FilePath], builtIn: [String]) {
        self.folders = folders
        self.builtIn = builtIn
    }

    /// The backends that exist, in the order in which they are tried: the built-in ones, then by name.
    /// A backend exists when both its check and its get are there and executable; where two folders
    /// have one of the same name, the first folder's counts.
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

    /// The NAMEs of all `pierdat-check-NAME` in a folder; none where it cannot be read.
    private static func names(in folder: FilePath) -> [String] {
        let files = (try? DirectoryStream(folder).names()) ?? []
        return files.compactMap { BackendProgram(fileName: $0.string) }
            .filter { $0.role == .check }.map(\.backend)
    }
}
