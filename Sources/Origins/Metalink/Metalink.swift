import BitTorrent
import Digest

/// The description of a file in a Metalink document (RFC 5854).
public struct Metalink: Equatable, Sendable {
    /// The name of the file.
    public let name: FileName
    /// In bytes. nil if it is not given.
    public let size: Int64?
    /// The SHA-256 or else the SHA-512. nil if neither is given.
    public let digest: ContentDigest?
    /// The digests of the pieces. nil if none of a supported kind are given.
    let pieces: PieceDigests?
    /// The servers' URLs of the file, by priority.
    public let urls: [RemoteURL]
    /// The URLs of torrents of the file, by priority.
    public let torrents: [RemoteURL]

    /// The longest document in bytes.
    static let longest = 16 << 20
    /// Further URLs are ignored.
    static let mostURLs = 32

    /// True if the URL's path ends like that of a Metalink document.
    static func isNamed(by url: RemoteURL) -> Bool {
        let path = url.path.lowercased()
        return path.hasSuffix(".meta4") || path.hasSuffix(".metalink")
    }
}

/// Why a Metalink document cannot be used.
public enum MetalinkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is not XML, with the reason and the line.
    case malformed(String, line: Int)
    /// It is XML, but not a Metalink of RFC 5854.
    case notMetalink
    /// It describes none or several files, and not one with the wanted name.
    case files([String])
    /// The name of the file cannot be used.
    case name(FileNameError)
    /// The file has no URL that can be used.
    case noURL

    /// The reason, to follow the URL and a colon in a message.
    public var description: String {
        switch self {
        case .malformed(let reason, let line):
            "it is not well-formed XML: \(reason) in line \(line)"
        case .notMetalink: "it is not a Metalink document of version 4 (RFC 5854)"
        case .files(let names) where names.isEmpty: "it describes no file"
        case .files(let names):
            """
            it describes \(names.count) files, \(names.prefix(3).map { "'\($0.excerpt(40))'" }.joined(separator: ", ")) \
            among them: choose one with '#name=NAME'
            """
        case .name(let error): "its file cannot be stored: \(error)"
        case .noURL: "it gives no http or https URL of the file"
        }
    }
}
