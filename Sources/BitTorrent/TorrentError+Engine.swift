import SystemPackage

extension TorrentError {
    /// What a failure of the engine means for the user: `message` begins with the file, where there is
    /// one, and `missing` bytes were to come into `folder`.
    init(_ cause: Errno?, _ message: String, missing: Int64, in folder: FilePath) {
        switch cause {
        case .noSpace, .some(.diskQuotaExceeded):
            self = .noSpace(needed: missing, available: 0, folder: folder)
        case .permissionDenied?, .readOnlyFileSystem?, .isDirectory?, .notDirectory?, .fileExists?,
            .fileNameTooLong?, .tooManySymbolicLinkLevels?, .notSupported?:
            self = .cannotWrite(Self.file(in: message) ?? folder, cause ?? .ioError)
        case nil: self = .invalid(message)
        default: self = .inputOutput(message)
        }
    }

    /// The file that a message is about: it stands in front of the last colon.
    private static func file(in message: String) -> FilePath? {
        message.lastIndex(of: ":").map { FilePath(String(message[..<$0])) }
    }
}
