import LinuxSystem
import SystemPackage

/// Why an operation on a torrent failed, as a message for the user.
public enum TorrentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The link, the torrent or its data is malformed or does not match.
    case invalid(String)
    /// The data of a torrent is not the content that was wanted. It was deleted if it was downloaded.
    case otherContent(String)
    /// A named file cannot be read.
    case noInput(String)
    /// The system refuses a thread, memory or a descriptor.
    case noResource(ResourceShortage)
    /// The data does not fit in the folder. Sizes are in bytes.
    case noSpace(needed: Int64, available: Int64, folder: FilePath)
    /// A file or folder cannot be created or written.
    case cannotWrite(FilePath, Errno)
    /// Something else is in the place of a file: the file's path and the obstacle.
    case inTheWay(String)
    /// The operating system failed to read or write the data.
    case inputOutput(String)
    /// The download stalled or was not complete in time.
    case timedOut(String)
    /// A signal ended the download. The data is kept.
    case interrupted(signal: CInt)
    /// A server or the network failed.
    case unavailable(String)

    /// The message for the user, on one line or, if it lists reasons, several.
    public var description: String {
        switch self {
        case .invalid(let what), .otherContent(let what), .noInput(let what),
            .inputOutput(let what), .timedOut(let what),
            .unavailable(let what):
            what
        case .noResource(let shortage): "\(shortage)"
        case .noSpace(let needed, let available, let folder):
            """
            not enough space in \(folder): \(ByteCount(needed)) are needed and \
            \(ByteCount(available)) are free. Free some, or choose a DEST on a larger file system.
            """
        case .cannotWrite(let path, let error):
            "cannot write \(path.string.onOneLine): \(error)" + Self.advice(on: error)
        case .inTheWay(let what): "cannot write \(what)"
        case .interrupted:
            "interrupted. The data is kept: run the same command again to resume."
        }
    }

    /// What the user can do if a file or folder cannot be written.
    private static func advice(on error: Errno) -> String {
        switch error {
        case .permissionDenied, .notPermitted:
            ". Run pierdat as root (in a Dockerfile before USER), or choose a place that this user can write to"
        case .readOnlyFileSystem: ". Mount a volume there, or choose another place"
        case .notDirectory, .isDirectory, .fileExists:
            ". Something else has this name: move it, or choose another place"
        default: ""
        }
    }
}
