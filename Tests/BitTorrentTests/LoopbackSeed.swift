import Foundation
import LinuxSystem
import SystemPackage

@testable import BitTorrent

/// A session that seeds the sample torrent on a port of its own, to this machine alone.
final class LoopbackSeed {
    let port: UInt16
    let session: Session
    let torrent: Torrent

    /// Ready when it returns. `folder` holds the data.
    init(folder: URL) throws {
        session = try Session(.loopback, pace: .calm)
        torrent = try session.add(
            TorrentParameters(torrent: SampleTorrent.bytes), folder: FilePath(folder.path),
            partFolder: FilePath(folder.path), purpose: .seed, token: 1)
        port = try session.loopbackPort()
    }

    /// The magnet link that names this seed as its one peer.
    var magnet: String { "magnet:?xt=urn:btih:\(SampleTorrent.infoHash)&x.pe=127.0.0.1:\(port)" }
}

extension Session {
    /// The port that it listens on, once it does.
    func loopbackPort() throws -> UInt16 {
        var open: UInt16?
        try wait { event in
            if case .listening("127.0.0.1", let port) = event { open = port }
            return open != nil
        }
        return open ?? 0
    }

    /// Returns after an event that `isAwaited`; throws where none comes.
    func wait(for isAwaited: (SessionEvent) -> Bool) throws {
        let epoll = try Epoll()
        try epoll.add(eventsReady, token: 1)
        while !takeEvents().contains(where: isAwaited) {
            guard !(try epoll.wait(timeout: .seconds(20))).isEmpty else { throw Errno.timedOut }
        }
    }
}

extension EngineConfiguration {
    /// Any port, no DHT, no local discovery, and an end in any case.
    static var loopback: EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.port = 0
        configuration.dht = .off
        configuration.localDiscovery = false
        configuration.timeout = .seconds(60)
        return configuration
    }
}
