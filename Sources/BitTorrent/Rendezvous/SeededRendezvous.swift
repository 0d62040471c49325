import Digest

/// Makes seeded torrents known at the rendezvous of their digests.
struct SeededRendezvous {
    private struct Meeting {
        let rendezvous: Rendezvous
        /// The torrents that are named there, by their tokens.
        var torrents: [UInt64: TorrentParameters]
    }

    private let session: Session
    private var meetings: [ContentDigest: Meeting] = [:]
    private var digests: [UInt64: ContentDigest] = [:]

    init(_ session: Session) {
        self.session = session
    }

    /// Every rendezvous where we are.
    var all: some Collection<Rendezvous> { meetings.values.lazy.map(\.rendezvous) }

    /// The number of torrents that are named.
    var count: Int { digests.count }

    /// Names the torrent `token`, all of whose data is there, if it has a digest. Returns the digest if that is
    /// new.
    mutating func name(_ token: UInt64, _ torrent: Torrent) throws(TorrentError) -> ContentDigest? {
        guard digests[token] == nil, let digest = torrent.parameters.namedDigest else { return nil }
        var meeting: Meeting
        if let known = meetings[digest] {
            meeting = known
        } else {
            let rendezvous = try Rendezvous(
                of: digest, in: session, trackers: torrent.parameters.trackers)
            meeting = Meeting(rendezvous: rendezvous, torrents: [:])
        }
        guard meeting.rendezvous.offer(torrent) else { return nil }
        meeting.torrents[token] = torrent.parameters
        meetings[digest] = meeting
        digests[token] = digest
        return digest
    }

    /// No longer names the torrent `token`.
    mutating func forget(_ token: UInt64) {
        guard let digest = digests.removeValue(forKey: token) else { return }
        if let parameters = meetings[digest]?.torrents.removeValue(forKey: token) {
            meetings[digest]?.rendezvous.withdraw(parameters)
        }
        if meetings[digest]?.torrents.isEmpty == true { meetings[digest] = nil }
    }
}

extension TorrentParameters {
    /// The digest under which a seeder makes the torrent known. nil unless it is the digest of all of its
    /// data.
    fileprivate var namedDigest: ContentDigest? {
        guard let digest, summary.contents?.fileCount == 1, !summary.isSelection else { return nil }
        return digest
    }
}
