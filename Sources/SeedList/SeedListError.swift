import SystemPackage

/// Why the seed list could not be read or written.
public enum SeedListError: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotRead(FilePath, Errno)
    case cannotWrite(FilePath, Errno)
    /// The file is larger than ``SeedListFile/maximumSize``.
    case tooLarge

    /// The message for the user: what failed, on which file, and why.
    public var description: String {
        switch self {
        case .cannotRead(let path, let error): "cannot read the seed list \(path): \(error)"
        case .cannotWrite(let path, let error): "cannot write the seed list \(path): \(error)"
        case .tooLarge: "the seed list is larger than \(SeedListFile.maximumSize) bytes"
        }
    }
}
