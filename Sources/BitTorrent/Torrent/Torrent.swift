import CLibtorrent
import LinuxSystem
import SystemPackage

/// A torrent in a session.
public final class Torrent: @unchecked Sendable {
    // libtorrent's handle is thread-safe. The session outlives its torrents.
    let handle: OpaquePointer
    let parameters: TorrentParameters
    private let session: Session

    /// Why a torrent is added.
    public enum Purpose: Sendable {
        /// Checks the existing data and downloads the rest.
        case download
        /// Assumes that the data is complete, or for a selection the saved pieces. Each piece is
        /// verified when it is first requested.
        case seed
        /// Checks the data, then seeds what is there. Never writes.
        case checkAndSeed
        /// Downloads missing metadata and checks the data. Never writes.
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

    /// Adds a web server with the data (BEP 19).
    func add(webSeed url: RemoteURL) {
        pierdat_torrent_add_web_seed(handle, url.text)
    }

    /// Announces to all trackers now, except those that asked us to wait.
    public func announceToTrackers() {
        pierdat_torrent_announce(handle)
    }

    /// Looks for peers in the DHT and announces us there.
    public func announceToDHT() {
        pierdat_torrent_announce_to_dht(handle)
    }

    /// Checks all of the data again.
    public func recheck() {
        pierdat_torrent_recheck(handle)
    }

    /// The current state of the torrent. Throws without metadata. v2 piece hashes (BEP 52), which
    /// are transferred separately, are included for files whose hashes are all known.
    public func currentParameters() throws(TorrentError) -> TorrentParameters {
        var error = pierdat_error()
        guard let current = pierdat_torrent_params(handle, parameters.handle, &error) else {
            throw .invalid(error.text)
        }
        return TorrentParameters(takingOver: current)
    }

    /// nil if the torrent is gone.
    public var status: TorrentStatus? {
        var status = pierdat_status()
        return pierdat_torrent_status(handle, &status) ? TorrentStatus(status) : nil
    }

    /// How many peers the trackers know. nil if the torrent is gone.
    var swarm: ScrapeCounts? {
        var swarm = pierdat_swarm()
        guard pierdat_torrent_swarm(handle, &swarm) else { return nil }
        return ScrapeCounts(seeds: Int(swarm.seeds), downloaders: Int(swarm.downloaders))
    }

    /// Wanted pieces that are missing. nil without metadata or if the torrent is gone.
    var missing: MissingPieces? {
        var missing = pierdat_missing()
        guard pierdat_torrent_missing(handle, &missing) else { return nil }
        return MissingPieces(count: Int(missing.pieces), unavailable: Int(missing.unavailable))
    }

    /// Scrapes the tracker that answered last.
    func scrape() {
        pierdat_torrent_scrape(handle)
    }

    /// The last answer of each tracker. Empty if the torrent is gone.
    public var trackers: [TrackerStatus] {
        var answers = Answers(names: session.names)
        withUnsafeMutablePointer(to: &answers) { answers in
            pierdat_torrent_trackers(handle, answers) { context, tracker in
                guard let answers = context?.assumingMemoryBound(to: Answers.self), let tracker
                else { return }
                answers.pointee.add(tracker.pointee)
            }
        }
        return answers.trackers
    }

    private struct Answers {
        let names: SettingNames
        var trackers: [TrackerStatus] = []

        mutating func add(_ tracker: pierdat_tracker) {
            trackers.append(TrackerStatus(tracker, names))
        }
    }
}

/// Wanted pieces of a torrent that are missing.
struct MissingPieces: Equatable, Sendable {
    let count: Int
    /// How many of them no connected peer has.
    let unavailable: Int
}

/// A file of a torrent.
public struct TorrentFile: Equatable, Sendable {
    /// The path relative to the torrent's folder, byte for byte as in the torrent.
    public let path: FilePath
    /// In bytes.
    public let size: Int64
    /// Padding between files, which is not stored (BEP 47).
    public let isPadding: Bool
    /// The file is selected, or there is no selection.
    public let isWanted: Bool
}
