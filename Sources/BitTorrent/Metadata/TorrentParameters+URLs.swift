import CLibtorrent
import Glibc

extension TorrentParameters {
    /// How many ignored URLs are reported individually.
    private static let mostWarnings = 5

    /// Parses every tracker and web seed, so that libtorrent receives only valid URLs. Returns why
    /// some were ignored.
    func parsingURLs() -> [String] {
        var leftOut: [String] = []
        withUnsafeMutablePointer(to: &leftOut) { leftOut in
            pierdat_params_parse_urls(handle, leftOut) { context, url, length, isTracker in
                guard let context, let url else { return nil }
                let bytes = UnsafeRawBufferPointer(start: url, count: length)
                let text = String(decoding: bytes, as: UTF8.self)
                do throws(RemoteURLError) {
                    return strdup(try RemoteURL(text, schemes: isTracker ? .tracker : .web).text)
                } catch {
                    let kind = isTracker ? "tracker" : "web seed"
                    context.assumingMemoryBound(to: [String].self).pointee.append(
                        "the \(kind) \(RemoteURL.redacted(text)) is ignored: \(error)")
                    return nil
                }
            }
        }
        let rest = leftOut.count - Self.mostWarnings
        guard rest > 0 else { return leftOut }
        return leftOut.prefix(Self.mostWarnings)
            + ["\(rest) more trackers and web seeds are ignored: their URLs cannot be used"]
    }
}
