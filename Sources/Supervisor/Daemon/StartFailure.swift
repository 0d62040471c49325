import SystemPackage

/// Why a `pierdatd` ends before it has started anything, in words for the user.
public enum StartFailure: Error, CustomStringConvertible {
    /// Another `pierdatd` of this installation has the run folder.
    case runsAlready(FilePath)
    /// The run folder, or the file with the pid, cannot be made or written.
    case cannotMake(FilePath, Errno)

    public var description: String {
        switch self {
        case .runsAlready(let folder): "another pierdatd has \(folder)"
        case .cannotMake(let path, let error): "cannot make \(path): \(error)"
        }
    }
}
