import CLibtorrent
import LinuxSystem
import SystemPackage

/// An event in a session. `token` identifies the torrent.
public enum SessionEvent: Equatable, Sendable {
    case metadataReceived(token: UInt64)
    case checked(token: UInt64)
    case finished(token: UInt64)
    /// The torrent cannot continue.
    case failed(token: UInt64, cause: Errno?, message: String)
    /// A requested piece could not be read and was refused, for example because its file has
    /// changed.
    case unreadable(token: UInt64, cause: Errno?, message: String)
    /// A piece from a peer or from disk failed its hash check.
    case corrupt(token: UInt64, piece: String)
    case banned(token: UInt64, peer: String)
    /// Self-connection: a peer's address turned out to be our own.
    case metSelf(token: UInt64, address: String)
    /// A peer disconnected.
    case peerLeft(token: UInt64, PeerDeparture)
    /// A web seed or one of its files is unusable.
    case webSeedFailed(token: UInt64, failure: WebSeedFailure)
    /// A tracker answered an announce.
    case announced(token: UInt64)
    /// A tracker answered a scrape.
    case scraped(token: UInt64)
    /// A tracker did not answer an announce, or refused it.
    case trackerFailed(token: UInt64)
    /// A socket for peers is listening.
    case listening(address: String, port: UInt16)
    case cannotListen(cause: Errno?, message: String)
    /// The counters that were requested have arrived.
    case counters

    /// `names` are for messages about settings.
    init?(_ event: pierdat_event, _ names: SettingNames) {
        let message = event.message.map { String(cString: $0).onOneLine } ?? ""
        let cause = event.code > 0 ? Errno(rawValue: event.code) : nil
        switch event.kind {
        case PIERDAT_EVENT_METADATA: self = .metadataReceived(token: event.token)
        case PIERDAT_EVENT_CHECKED: self = .checked(token: event.token)
        case PIERDAT_EVENT_FINISHED: self = .finished(token: event.token)
        case PIERDAT_EVENT_FAILED:
            self = .failed(token: event.token, cause: cause, message: message)
        case PIERDAT_EVENT_UNREADABLE:
            self = .unreadable(token: event.token, cause: cause, message: message)
        case PIERDAT_EVENT_CORRUPT: self = .corrupt(token: event.token, piece: message)
        case PIERDAT_EVENT_BANNED: self = .banned(token: event.token, peer: message)
        case PIERDAT_EVENT_MET_SELF: self = .metSelf(token: event.token, address: message)
        case PIERDAT_EVENT_PEER_GAVE_ALL, PIERDAT_EVENT_PEER_REFUSED, PIERDAT_EVENT_PEER_LEFT:
            let kind: PeerDeparture.Kind =
                switch event.kind {
                case PIERDAT_EVENT_PEER_GAVE_ALL: .gaveAll
                case PIERDAT_EVENT_PEER_REFUSED: .refused
                default: .left
                }
            self = .peerLeft(
                token: event.token,
                PeerDeparture(
                    address: event.place.map { String(cString: $0) } ?? "", kind: kind,
                    reason: message))
        case PIERDAT_EVENT_WEB_SEED_FAILED:
            let place = event.place.map { String(cString: $0) } ?? ""
            let file = event.file.map { String(cString: $0).onOneLine } ?? ""
            self = .webSeedFailed(
                token: event.token,
                failure: WebSeedFailure(
                    url: place, file: file.isEmpty ? nil : file,
                    reason: NetworkRefusal.explained(message, event.refusal, names)))
        case PIERDAT_EVENT_ANNOUNCED: self = .announced(token: event.token)
        case PIERDAT_EVENT_SCRAPED: self = .scraped(token: event.token)
        case PIERDAT_EVENT_TRACKER_FAILED: self = .trackerFailed(token: event.token)
        case PIERDAT_EVENT_LISTENING:
            self = .listening(address: message, port: UInt16(truncatingIfNeeded: event.code))
        case PIERDAT_EVENT_LISTEN_FAILED: self = .cannotListen(cause: cause, message: message)
        case PIERDAT_EVENT_COUNTERS: self = .counters
        default: return nil
        }
    }
}
