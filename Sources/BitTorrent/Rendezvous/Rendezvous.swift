import CLibtorrent
import Digest

/// Peers that look for the content with a digest find us here, and get its torrents. It connects to no
/// peers itself.
final class Rendezvous: @unchecked Sendable {
    // libtorrent's handle is thread-safe.
    private let handle: OpaquePointer
    private let session: Session

    /// Announces us at the rendezvous of `digest` in `session`, to `trackers` and by all other means that
    /// the session uses.
    init(of digest: ContentDigest, in session: Session, trackers: [String]) throws(TorrentError) {
        var error = pierdat_error()
        let hash = InfoHash(rendezvousOf: digest).bytes
        let handle = CStrings.with(trackers) { trackers in
            pierdat_session_meet(
                session.handle, hash, trackers.baseAddress, trackers.count, &error)
        }
        guard let handle else {
            throw error.shortage
                ?? .invalid("the rendezvous of \(digest) cannot be joined: \(error.text)")
        }
        self.handle = handle
        self.session = session
    }

    deinit {
        pierdat_session_remove(session.handle, handle)
        pierdat_torrent_free(handle)
    }

    /// Names `torrent` to the peers that ask. Returns false if it is private (BEP 27) or its metadata is too
    /// large.
    func offer(_ torrent: Torrent) -> Bool {
        pierdat_rendezvous_offer(handle, torrent.handle)
    }

    /// No longer names the torrent of `parameters`.
    func withdraw(_ parameters: TorrentParameters) {
        pierdat_rendezvous_withdraw(handle, parameters.handle)
    }

    /// Announces us now to all trackers that have not asked us to wait.
    func announceToTrackers() {
        pierdat_torrent_announce(handle)
    }

    /// Announces us in the DHT now.
    func announceToDHT() {
        pierdat_torrent_announce_to_dht(handle)
    }
}
