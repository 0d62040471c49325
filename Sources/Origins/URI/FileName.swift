import BitTorrent
import LinuxSystem

/// The name of a file in DEST: one path component.
public struct FileName: Hashable, Sendable, CustomStringConvertible {
    /// The name itself.
    public let text: String

    /// Throws if `text` cannot be the name of a file, or would not survive in a seed list.
    public init(_ text: String) throws(FileNameError) {
        guard !text.isEmpty, text != ".", text != ".." else { throw .missing }
        guard text.utf8.count <= 255 else { throw .tooLong }
        guard !text.utf8.contains(UInt8(ascii: "/")), text.onOneLine == text else {
            throw .badCharacter
        }
        self.text = text
    }

    /// Decodes `text` first.
    public init(percentEncoded text: Substring) throws(FileNameError) {
        guard let decoded = PercentEncoding.decoded(text) else { throw .encoding }
        try self.init(decoded)
    }

    /// The last segment of the URL's path.
    public init(of url: RemoteURL) throws(FileNameError) {
        let path = url.path
        let segment = path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...]
        try self.init(percentEncoded: segment)
    }

    /// The name as part of a URI.
    public var percentEncoded: String { PercentEncoding.encoded(userinfo: text) }

    /// The name itself.
    public var description: String { text }
}

/// Why a text cannot be the name of a file.
public enum FileNameError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is empty, `.` or `..`.
    case missing
    /// It has more than 255 bytes.
    case tooLong
    /// It contains a slash or a control character.
    case badCharacter
    /// It is not percent-encoded UTF-8.
    case encoding

    /// The reason, to follow a colon in a message.
    public var description: String {
        switch self {
        case .missing: "there is no name"
        case .tooLong: "the name is longer than 255 bytes"
        case .badCharacter: "the name contains a slash or a control character"
        case .encoding: "the name is not UTF-8 in percent-encoding"
        }
    }
}
