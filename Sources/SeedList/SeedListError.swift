import SystemPackage

/// Why the seed list could not be read or written.
public enum SeedListError: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotRead(FilePath, Errno, SeedListFile.Kind = .seed)
    case cannotWrite(FilePath, Errno, SeedListFile.Kind = .seed)
    /// The file is larger than ``SeedListFile/maximumSize``.
    case tooLarge

    /// The message for the user: what failed, on which file, and why.
    public var description: String {
        switch self {
        case .cannotRead(let path, let error, let kind): "cannot read the \(kind) \(path): \(error)"
        case .cannotWrite(let path, let error, let kind):
            "cannot write the \(kind) \(path): \(error)"
        case .tooLarge: "the seed list is larger than \(SeedListFile.maximumSize) bytes"
        }
    }
}
