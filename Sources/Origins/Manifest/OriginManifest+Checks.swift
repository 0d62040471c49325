import LinuxSystem

extension OriginManifest {
    /// The longest name of a file, in bytes.
    private static let longestName = 255
    /// Linux opens no longer path, and DEST comes before it.
    private static let longestPath = 3500
    /// The limit of a torrent, including the data set's own folder.
    private static let deepestFile = 90
    /// The padding of a hybrid torrent (BEP 47).
    private static let paddingFolder = ".pad"
    /// Some programs treat such names as padding.
    private static let padding = "_____padding_file_"

    static func check(_ file: ManifestFile, _ root: Root) throws(ManifestError) {
        let names = file.path.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count <= deepestFile else { throw .tooDeep(file.path) }
        guard file.path.utf8.count <= longestPath else { throw .badName(file.path) }
        for name in names { try checkName(String(name)) }
        guard names.first != paddingFolder[...] || root == .file else {
            throw .reserved(file.path)
        }
        guard file.size >= 0 else { throw .badSize(file.path) }
        guard !file.urls.isEmpty else { throw .noURL(file.path) }
    }

    static func checkName(_ name: String) throws(ManifestError) {
        let isName =
            !name.isEmpty && name != "." && name != ".." && name.utf8.count <= longestName
            && !name.utf8.contains(0) && !name.utf8.contains(UInt8(ascii: "/"))
        guard isName else { throw .badName(name) }
        guard !name.contains(padding) else { throw .reserved(name) }
    }

    /// `files` are in the order of the canonical torrent, so a folder's files follow a file of its name.
    static func checkDistinct(_ files: [ManifestFile]) throws(ManifestError) {
        for (one, next) in zip(files, files.dropFirst()) {
            // Swift compares characters, and a file system bytes.
            if one.path.utf8.elementsEqual(next.path.utf8) { throw .duplicate(one.path) }
            if next.orderKey.starts(with: one.orderKey + [0]) {
                throw .conflict(one.path, next.path)
            }
        }
    }
}

/// Why files cannot be a data set. The description contains names from the origin, safe to print.
public enum ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no file.
    case noFiles
    /// There are more files, text or bytes than are accepted.
    case tooMany
    /// A path has an empty name, `.`, `..`, a NUL, or a name that is too long.
    case badName(String)
    /// A name that a torrent uses for padding.
    case reserved(String)
    /// A path has too many folders.
    case tooDeep(String)
    /// Two files have one path.
    case duplicate(String)
    /// A file is where another file needs a folder.
    case conflict(String, String)
    /// A size is negative.
    case badSize(String)
    /// Nothing says where the file lies.
    case noURL(String)

    /// The reason, to follow the URI and a colon in a message.
    public var description: String {
        switch self {
        case .noFiles: "there are no files"
        case .tooMany:
            "there are more than \(OriginManifest.mostFiles) files, or their names are too long altogether"
        case .badName(let name): "'\(name.excerpt(80))' cannot be the name of a file"
        case .reserved(let name):
            "the name '\(name.excerpt(80))' is reserved for padding in torrents"
        case .tooDeep(let path): "'\(path.excerpt(80))' is in too many folders"
        case .duplicate(let path): "there are two files named '\(path.excerpt(80))'"
        case .conflict(let file, let other):
            "'\(file.excerpt(80))' would have to be a file and the folder of '\(other.excerpt(80))'"
        case .badSize(let path): "the size of '\(path.excerpt(80))' is not a number of bytes"
        case .noURL(let path): "there is no URL for '\(path.excerpt(80))'"
        }
    }
}
