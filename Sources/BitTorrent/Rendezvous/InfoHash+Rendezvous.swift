import CLibtorrent
import Digest

extension InfoHash {
    /// The rendezvous of the peers that have or want the content with `digest`: see docs/rendezvous.md.
    init(rendezvousOf digest: ContentDigest) {
        var bytes = [UInt8](repeating: 0, count: 20)
        pierdat_rendezvous_hash(digest.description, &bytes)
        self = .v1(bytes)
    }
}
