import SystemPackage

/// Why a downloaded file cannot have the requested attributes, as a message for the user.
public enum LayerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `SOURCE_DATE_EPOCH` is not a valid time.
    case time(String)
    /// The name is not in /etc/passwd or /etc/group.
    case unknown(what: String, name: String, file: String)
    /// This process may not change the owner to this one.
    case ownerNotPermitted(String, Errno)
    /// The owner or mode of a file cannot be set.
    case cannotSet(String, of: FilePath, Errno)
    /// The file has other hard links, so its owner or mode would change there too.
    case isShared(String, FilePath)

    /// The message for the user, with what to do about it.
    public var description: String {
        switch self {
        case .time(let text):
            "SOURCE_DATE_EPOCH=\(text) is invalid: expected seconds since 1970, as date +%s prints"
        case .unknown(let what, let name, let file):
            "there is no \(what) '\(name)' in \(file): give a number, or add the \(what) first"
        case .ownerNotPermitted(let owner, let error):
            "the owner \(owner) cannot be set: only root can change the owner of a file (\(error))"
        case .cannotSet(let what, let path, let error):
            "cannot set the \(what) of \(path): \(error)"
        case .isShared(let what, let path):
            """
            cannot set the \(what) of \(path): it has other hard links, which would change too. Replace \
            it with a copy first
            """
        }
    }
}
