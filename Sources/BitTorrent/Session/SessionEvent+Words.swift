extension SessionEvent {
    /// The event as a debug message. `name` returns a torrent's name. nil if it is logged
    /// elsewhere.
    func words(name: (UInt64) -> String) -> String? {
        switch self {
        case .checked(let token): "\(name(token)): the data check is complete"
        case .corrupt(let token, let piece): "\(name(token)): piece \(piece) is corrupt"
        case .banned(let token, let peer): "\(name(token)): peer \(peer) is banned"
        case .metSelf(let token, let address):
            "\(name(token)): \(address) is this seeder itself"
        case .peerLeft(let token, let departure):
            "\(name(token)): peer \(departure.address) disconnected: \(departure.reason)"
        case .announced(let token): "\(name(token)): a tracker has answered an announce"
        case .scraped(let token): "\(name(token)): a tracker has answered a scrape"
        case .trackerFailed(let token): "\(name(token)): a tracker has not answered an announce"
        case .listening(let address, let port): "listening on \(address), port \(port)"
        case .metadataReceived, .finished, .failed, .unreadable, .webSeedFailed, .cannotListen,
            .counters:
            nil
        }
    }
}
