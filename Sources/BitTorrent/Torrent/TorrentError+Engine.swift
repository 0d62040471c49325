import CLibtorrent
import LinuxSystem
import SystemPackage

extension TorrentError {
    /// Converts an error of the engine. `message` starts with the path of the file, if any.
    /// `missing` bytes were still to be stored in `folder`.
    init(_ cause: Errno?, _ message: String, missing: Int64, in folder: FilePath) {
        switch cause {
        case .noSpace, .some(.diskQuotaExceeded):
            self = .noSpace(needed: missing, available: 0, folder: folder)
        case .fileExists?: self = .inTheWay(message)
        case .permissionDenied?, .readOnlyFileSystem?, .isDirectory?, .notDirectory?,
            .fileNameTooLong?, .tooManySymbolicLinkLevels?, .notSupported?:
            self = .cannotWrite(Self.file(in: message) ?? folder, cause ?? .ioError)
        case .noMemory?, .tooManyOpenFiles?, .tooManyOpenFilesInSystem?:
            self = Self.shortage(cause) ?? .inputOutput(message)
        case nil: self = .invalid(message)
        default: self = .inputOutput(message)
        }
    }

    /// nil if `cause` is not a lack of memory or descriptors.
    package static func shortage(_ cause: Errno?) -> TorrentError? {
        cause.flatMap { ResourceShortage($0) }.map { .noResource($0) }
    }

    /// The file in a message: the part before the last colon.
    private static func file(in message: String) -> FilePath? {
        message.lastIndex(of: ":").map { FilePath(String(message[..<$0])) }
    }
}

extension pierdat_error {
    /// A lack of threads, memory or descriptors. nil for other errors.
    var shortage: TorrentError? {
        switch Int(code) {
        case PIERDAT_NO_THREAD:
            .noResource(ResourceShortage(.thread, .resourceTemporarilyUnavailable))
        case PIERDAT_NO_MEMORY: .noResource(ResourceShortage(.memory, .noMemory))
        default: code > 0 ? .shortage(Errno(rawValue: code)) : nil
        }
    }
}
