import BitTorrent
import Digest

/// The parts of a fragment, separated by `&`.
package struct FragmentParts {
    package private(set) var digest: ContentDigest?
    package private(set) var name: FileName?
    private var topics: [Substring] = []

    package init(_ fragment: Substring) throws(WebURIError) {
        for part in fragment.split(separator: "&") { try add(part) }
    }

    /// The torrent and the name in the fragment of a data set's URI. Its origin gives the digests.
    static func ofDataSet(
        _ fragment: Substring
    ) throws(WebURIError) -> (torrent: MagnetLink?, name: FileName?) {
        var parts = try FragmentParts(fragment)
        guard parts.digest == nil else { throw .part("sha256=") }
        return (try parts.takeTorrent(), parts.name)
    }

    private mutating func add(_ part: Substring) throws(WebURIError) {
        let key = part.prefix { $0 != "=" && $0 != ":" }
        let value = part.dropFirst(key.count + 1)
        switch key.lowercased() {
        case "sha256", "sha512":
            guard let digest = ContentDigest(part) else { throw .part(String(part)) }
            guard self.digest == nil || self.digest == digest else { throw .severalDigests }
            self.digest = digest
        case "xt": topics.append(value)
        case "name":
            do throws(FileNameError) {
                name = try FileName(percentEncoded: value)
            } catch {
                throw .name(error)
            }
        default: throw .part(String(part))
        }
    }

    /// The torrent that the exact topics (BEP 9) identify.
    mutating func takeTorrent() throws(WebURIError) -> MagnetLink? {
        guard let first = topics.first else { return nil }
        let link = topics.map { "xt=\($0)" }.joined(separator: "&")
        guard let parsed = try? MagnetLink("magnet:?\(link)") else {
            throw .torrent(String(first))
        }
        return parsed
    }
}
