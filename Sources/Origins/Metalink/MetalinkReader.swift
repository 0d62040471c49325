import CXML
import LinuxSystem

/// Collects the elements of a Metalink document that are of use.
final class MetalinkReader {
    struct Location {
        var url: String
        /// 1 is the highest (RFC 5854, 4.2.16.2).
        var priority: Int
    }

    struct Pieces {
        var type: String
        var length: Int64
        var hashes: [String] = []
    }

    struct File {
        var name: String
        var size: Int64?
        var hashes: [String: String] = [:]
        var pieces: [Pieces] = []
        var urls: [Location] = []
        var torrents: [Location] = []
    }

    private(set) var isMetalink = false
    private(set) var files: [File] = []
    /// The elements that contain the current text, without namespace. Empty for one of another namespace.
    private var path: [String] = []
    private var attributes: [String: String] = [:]
    private var text = ""

    private static let namespace = "urn:ietf:params:xml:ns:metalink "
    private static let lowest = 999_999
    /// Longer text is of no use.
    private static let longestText = 65_536
    private static let mostPieces = 1 << 20
    private static let mostFiles = 10_000

    static func events(of reader: MetalinkReader) -> pierdat_xml_events {
        pierdat_xml_events(
            context: Unmanaged.passUnretained(reader).toOpaque(),
            begin: { context, name, attributes in
                guard let name else { return }
                var pairs: [String: String] = [:]
                var next = attributes
                while let key = next?.pointee, let value = next?.advanced(by: 1).pointee {
                    pairs[String(cString: key)] = String(cString: value)
                    next = next?.advanced(by: 2)
                }
                MetalinkReader.at(context)?.begin(String(cString: name), pairs)
            },
            text: { context, text, length in
                guard let text else { return }
                let bytes = UnsafeRawBufferPointer(start: text, count: length)
                MetalinkReader.at(context)?.add(String(decoding: bytes, as: UTF8.self))
            },
            end: { context, _ in MetalinkReader.at(context)?.end() })
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> MetalinkReader? {
        context.map { Unmanaged<MetalinkReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private func begin(_ name: String, _ attributes: [String: String]) {
        let isOurs = name.hasPrefix(Self.namespace)
        path.append(isOurs ? String(name.dropFirst(Self.namespace.count)) : "")
        self.attributes = attributes
        text = ""
        switch path {
        case ["metalink"]: isMetalink = true
        case ["metalink", "file"] where files.count < Self.mostFiles:
            files.append(File(name: attributes["name"] ?? ""))
        case ["metalink", "file", "pieces"]:
            let length = WholeNumber.parse(attributes["length"] ?? "") ?? 0
            edit { $0.pieces.append(Pieces(type: attributes["type"] ?? "", length: length)) }
        default: break
        }
    }

    private func add(_ part: String) {
        guard text.utf8.count + part.utf8.count <= Self.longestText else { return }
        text += part
    }

    private func end() {
        let (value, attributes) = (text.trimmed, attributes)
        let priority = attributes["priority"].flatMap {
            WholeNumber.parse($0, within: 1...Self.lowest)
        }
        let location = Location(url: value, priority: priority ?? Self.lowest)
        switch path {
        case ["metalink", "file", "size"]: edit { $0.size = WholeNumber.parse(value) }
        case ["metalink", "file", "hash"]:
            edit { $0.hashes[attributes["type"]?.lowercased() ?? ""] = value }
        case ["metalink", "file", "pieces", "hash"]:
            edit { file in
                let last = file.pieces.count - 1
                guard last >= 0, file.pieces[last].hashes.count < Self.mostPieces else { return }
                file.pieces[last].hashes.append(value)
            }
        case ["metalink", "file", "url"]: edit { $0.urls.append(location) }
        case ["metalink", "file", "metaurl"] where attributes["mediatype"] == "torrent":
            edit { $0.torrents.append(location) }
        default: break
        }
        _ = path.popLast()
        text = ""
    }

    /// Changes the current file.
    private func edit(_ change: (inout File) -> Void) {
        guard !files.isEmpty else { return }
        change(&files[files.count - 1])
    }
}
