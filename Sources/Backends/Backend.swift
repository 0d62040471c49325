import BackendContract
import LinuxSystem
import SystemPackage

/// A way to get data: the executables `pierdat-check-NAME` and `pierdat-get-NAME`, and what else the
/// contract knows of that name (docs/backends.md).
public struct Backend: Equatable, Sendable {
    /// NAME in `pierdat-check-NAME`.
    public let name: String
    /// The folder that holds its executables.
    public let folder: FilePath

    public init(name: String, folder: FilePath) {
        self.name = name
        self.folder = folder
    }

    /// Where the executable for `role` is, or would be.
    public func program(_ role: BackendProgram.Role) -> FilePath {
        folder.appending(BackendProgram(role, of: name).fileName)
    }
}

extension Backend {
    /// Whether the backend can verify data that is already there.
    public var canVerify: Bool { ExecutableFile.exists(at: program(.verify)) }
}
