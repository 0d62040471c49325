import PeerFixtures
import SystemPackage

/// Transfers the data between libtorrent, configured by `settings`, and `overlay`, which seeds if
/// `weSeed`. The downloader gets only the magnet link and, if `isNamed`, the seeder's address.
/// Throws if our download fails.
func exchange(
    _ given: Arrangement, _ overlay: Overlay, weSeed: Bool,
    settings: [String: LibtorrentPeer.Setting], on host: Host, isNamed: Bool = false
) async throws {
    if weSeed {
        try await overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let job = LibtorrentPeer.Job(
                given.torrent.magnet(), in: given.destination,
                peers: isNamed ? [seed.address] : [])
            try await LibtorrentPeer.running([job], on: host, settings: settings) { peer in
                try await peer.finished()
            }
        }
    } else {
        try await LibtorrentPeer.running(
            [.init(given.torrent.path.string, in: given.data.folder)], on: host,
            settings: settings
        ) { peer in
            try await peer.finished()
            let names = isNamed ? ["x.pe=\(peer.address)"] : []
            let ended = try await overlay.pierdat(
                "--stall-timeout", "30", given.torrent.magnet(names), given.destination.string)
            guard ended.status.isSuccess else { throw FixtureError("\(ended)") }
        }
    }
}
