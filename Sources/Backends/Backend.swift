import BackendContract
import LinuxSystem
import SystemPackage

/// A backend: the executables `pierdat-check-NAME` and `pierdat-get-NAME`, and the optional ones of
/// the contract (docs/backends.md).
public struct Backend: Equatable, Sendable {
    /// NAME in `pierdat-check-NAME`.
    public let name: String
    /// The folder that contains its executables.
    public let folder: FilePath

    /// Does not check that the executables exist. ``BackendDirectory`` does.
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
    /// True if the backend can verify existing data.
    public var canVerify: Bool { ExecutableFile.exists(at: program(.verify)) }
}
