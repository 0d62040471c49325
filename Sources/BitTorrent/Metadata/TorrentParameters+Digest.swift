import CLibtorrent
import Digest
import Glibc

extension TorrentParameters {
    /// The digest of the content, if the torrent has a single file and the digest is known. It is saved
    /// with the torrent. Set it before sharing the parameters.
    public var digest: ContentDigest? {
        get {
            guard let text = pierdat_params_digest(handle) else { return nil }
            defer { free(text) }
            return ContentDigest(String(cString: text))
        }
        set { pierdat_params_set_digest(handle, newValue?.description ?? "") }
    }
}
