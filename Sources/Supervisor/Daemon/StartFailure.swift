import SystemPackage

/// Why `pierdatd` exits before it has started anything, as a message for the user.
public enum StartFailure: Error, CustomStringConvertible {
    /// Another `pierdatd` of this installation uses the run folder.
    case runsAlready(FilePath)
    /// The run folder or the pid file cannot be created or written.
    case cannotMake(FilePath, Errno)

    /// The message for the user.
    public var description: String {
        switch self {
        case .runsAlready(let folder): "another pierdatd is using \(folder)"
        case .cannotMake(let path, let error): "cannot create \(path): \(error)"
        }
    }
}
