import CLibtorrent
import Digest

/// Asks the peers of a rendezvous for torrents of the content with a digest.
final class RendezvousSearch {
    /// The torrent without metadata that stands for the rendezvous.
    let torrent: Torrent
    private let digest: ContentDigest
    /// Why torrents were refused, without duplicates.
    private(set) var refusals: [String] = []

    private static let mostRefusals = 10

    init(
        of digest: ContentDigest, in session: Session, _ configuration: EngineConfiguration,
        token: UInt64
    ) throws(TorrentError) {
        self.digest = digest
        let hash = InfoHash(rendezvousOf: digest)
        let parameters = try TorrentParameters(MagnetLink(v1: hash, v2: nil))
        configuration.addTrackers(to: parameters)
        var error = pierdat_error()
        guard
            let handle = pierdat_session_search(
                session.handle, parameters.handle, token, &error)
        else {
            throw error.shortage
                ?? .invalid("the rendezvous of \(digest) cannot be joined: \(error.text)")
        }
        torrent = Torrent(takingOver: handle, parameters: parameters, session: session)
    }

    /// Bans the peers that name only refused torrents.
    func refuse(_ parameters: TorrentParameters) {
        pierdat_search_refuse(torrent.handle, parameters.handle)
    }

    /// Asks nothing of the peer that listens at `peer`.
    func exclude(_ peer: PeerName) {
        pierdat_search_exclude(torrent.handle, peer.host, peer.port ?? PeerName.defaultPort)
    }

    /// The usable torrents whose metadata has arrived since the last call. They want the digest.
    func take() -> [FoundMetadata] {
        arrivals().compactMap(usable)
    }

    private func usable(_ arrival: Arrival) -> FoundMetadata? {
        let parameters: TorrentParameters
        do throws(TorrentError) {
            parameters = try TorrentParameters(info: arrival.info)
        } catch {
            note("\(error)")
            for peer in arrival.peers { exclude(peer) }
            return nil
        }
        if let complaint = parameters.complaintAsSingleFile {
            note("'\(parameters.summary.name)' \(complaint)")
            refuse(parameters)
            return nil
        }
        parameters.digest = digest
        return FoundMetadata(parameters: parameters, peers: arrival.peers)
    }

    private func note(_ refusal: String) {
        guard refusals.count < Self.mostRefusals, !refusals.contains(refusal) else { return }
        refusals.append(refusal)
    }

    // MARK: The engine

    private struct Arrival {
        var info: [UInt8] = []
        var peers: [PeerName] = []
    }

    private struct Arrivals {
        var next = Arrival()
        var all: [Arrival] = []
    }

    private func arrivals() -> [Arrival] {
        var arrivals = Arrivals()
        withUnsafeMutablePointer(to: &arrivals) { arrivals in
            pierdat_search_take(
                torrent.handle, arrivals,
                { context, address, port in
                    guard let context, let address else { return }
                    context.assumingMemoryBound(to: Arrivals.self).pointee.next.peers.append(
                        PeerName(address: String(cString: address), port: port))
                },
                { context, info, length in
                    guard let arrivals = context?.assumingMemoryBound(to: Arrivals.self), let info
                    else { return }
                    arrivals.pointee.next.info = Array(
                        UnsafeBufferPointer(start: info, count: length))
                    arrivals.pointee.all.append(arrivals.pointee.next)
                    arrivals.pointee.next = Arrival()
                })
        }
        return arrivals.all
    }
}

extension TorrentParameters {
    /// Why the metadata cannot be that of a single file that everybody may have. nil if it can.
    var complaintAsSingleFile: String? {
        let files = self.files.filter { !$0.isPadding }
        if summary.isPrivate { return "is private" }
        if files.count != 1 { return "has \(files.count) files instead of one" }
        if files[0].path.components.count != 1 { return "is a folder" }
        let name = files[0].path.string
        if name.utf8.count > Self.longestName { return "has too long a name" }
        if name.hasPrefix(Quarantine.prefix) { return "has a name that Pierdat uses" }
        return nil
    }

    /// In bytes, on all common file systems.
    private static var longestName: Int { 255 }
}
