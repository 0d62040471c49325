import CLibtorrent
import LinuxSystem
import SystemPackage

/// One torrent in a session.
public final class Torrent: @unchecked Sendable {
    // libtorrent's handle may be called from any thread. The session outlives its torrents.
    let handle: OpaquePointer
    let parameters: TorrentParameters
    private let session: Session

    /// What a torrent is added for.
    public enum Purpose: Sendable {
        /// Checks what is in the folder already, and downloads the rest.
        case download
        /// Takes the data as complete, or of a selection the pieces that were saved with it; each piece is
        /// checked when it is first asked for.
        case seed
        /// Checks the data, then seeds what is there; never writes.
        case checkAndSeed
        /// Gets the metadata where it is missing and checks the data; never writes.
        case check

        var value: pierdat_purpose {
            switch self {
            case .download: PIERDAT_DOWNLOAD
            case .seed: PIERDAT_SEED
            case .checkAndSeed: PIERDAT_CHECK_AND_SEED
            case .check: PIERDAT_CHECK
            }
        }
    }

    init(takingOver handle: OpaquePointer, parameters: TorrentParameters, session: Session) {
        self.handle = handle
        self.parameters = parameters
        self.session = session
    }

    deinit {
        pierdat_torrent_free(handle)
    }

    /// Connects to the peer at a numeric IPv4 or IPv6 address.
    public func connect(to address: String, port: UInt16) {
        pierdat_torrent_connect(handle, address, port)
    }

    /// Tells the trackers now that we are here, but for those that want to be asked later.
    public func announceToTrackers() {
        pierdat_torrent_announce(handle)
    }

    /// Looks for peers in the DHT now, and says there that we are one.
    public func announceToDHT() {
        pierdat_torrent_announce_to_dht(handle)
    }

    /// Checks all of the data again.
    public func recheck() {
        pierdat_torrent_recheck(handle)
    }

    /// What there is to know of the torrent by now. Throws without metadata. Of the hashes of v2, which
    /// come apart from it (BEP 52), it has those of files of which all are known.
    public func currentParameters() throws(TorrentError) -> TorrentParameters {
        var error = pierdat_error()
        guard let current = pierdat_torrent_params(handle, parameters.handle, &error) else {
            throw .invalid(error.text)
        }
        return TorrentParameters(takingOver: current)
    }

    /// nil when the torrent is gone.
    public var status: TorrentStatus? {
        var status = pierdat_status()
        return pierdat_torrent_status(handle, &status) ? TorrentStatus(status) : nil
    }

    /// How many peers its trackers know; nil when the torrent is gone.
    var swarm: ScrapeCounts? {
        var swarm = pierdat_swarm()
        guard pierdat_torrent_swarm(handle, &swarm) else { return nil }
        return ScrapeCounts(seeds: Int(swarm.seeds), downloaders: Int(swarm.downloaders))
    }

    /// Pieces that are wanted and missing; nil without metadata, and when the torrent is gone.
    var missing: MissingPieces? {
        var missing = pierdat_missing()
        guard pierdat_torrent_missing(handle, &missing) else { return nil }
        return MissingPieces(count: Int(missing.pieces), unavailable: Int(missing.unavailable))
    }

    /// Asks the tracker that answered last how many peers it knows, and for nothing else.
    func scrape() {
        pierdat_torrent_scrape(handle)
    }

    /// What each of its trackers said last; none when the torrent is gone.
    public var trackers: [TrackerStatus] {
        var trackers: [TrackerStatus] = []
        withUnsafeMutablePointer(to: &trackers) { collected in
            pierdat_torrent_trackers(handle, collected) { context, tracker in
                guard let context, let tracker = tracker?.pointee else { return }
                context.assumingMemoryBound(to: [TrackerStatus].self).pointee.append(
                    TrackerStatus(tracker))
            }
        }
        return trackers
    }
}

/// Pieces of a torrent that are wanted and missing.
struct MissingPieces: Equatable, Sendable {
    let count: Int
    /// Of these, those that no connected peer has.
    let unavailable: Int
}

/// One file of a torrent.
public struct TorrentFile: Equatable, Sendable {
    /// Below the folder that the torrent was added with: the bytes that the torrent has, whatever they are.
    public let path: FilePath
    /// In bytes.
    public let size: Int64
    /// It fills a gap between files, and is nowhere kept (BEP 47).
    public let isPadding: Bool
    /// It was chosen, or nothing was.
    public let isWanted: Bool
}
