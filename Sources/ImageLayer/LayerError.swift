import SystemPackage

/// Why what a get leaves cannot be as it should, in words for the user.
public enum LayerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `SOURCE_DATE_EPOCH` is no time.
    case time(String)
    /// A name that /etc/passwd or /etc/group does not have.
    case unknown(what: String, name: String, file: String)
    /// This process may not give files to the owner.
    case ownerNotPermitted(String, Errno)
    /// Owner or mode of a file cannot be set.
    case cannotSet(String, of: FilePath, Errno)
    /// Owner or mode of a file would change under its other names, too.
    case isShared(String, FilePath)

    public var description: String {
        switch self {
        case .time(let text):
            "SOURCE_DATE_EPOCH=\(text) is not understood: give seconds since 1970, as date +%s does"
        case .unknown(let what, let name, let file):
            "there is no \(what) '\(name)' in \(file): give a number, or add the \(what) first"
        case .ownerNotPermitted(let owner, let error):
            "--chown \(owner) is not possible: only root can give files away (\(error))"
        case .cannotSet(let what, let path, let error):
            "cannot set the \(what) of \(path): \(error)"
        case .isShared(let what, let path):
            """
            cannot set the \(what) of \(path): it has other names (hard links), which would change with it. \
            Make it a copy of its own first
            """
        }
    }
}
