import CLibtorrent
import Glibc

extension TorrentParameters {
    /// How many URLs that are left out are told of one by one.
    private static let mostWarnings = 5

    /// Has every tracker and web seed parsed, so that libtorrent gets none that a request cannot hold. Returns
    /// why some are left out.
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
                        "the \(kind) \(RemoteURL.redacted(text)) is left out: \(error)")
                    return nil
                }
            }
        }
        let rest = leftOut.count - Self.mostWarnings
        guard rest > 0 else { return leftOut }
        return leftOut.prefix(Self.mostWarnings)
            + ["\(rest) more trackers and web seeds are left out: their URLs cannot be used"]
    }
}
