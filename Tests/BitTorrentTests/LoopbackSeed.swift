import Foundation
import LinuxSystem
import SystemPackage

@testable import BitTorrent

/// A session that seeds the sample torrent on its own port, for this machine only.
final class LoopbackSeed {
    let port: UInt16
    let session: Session
    let torrent: Torrent

    /// `folder` contains the data. The seeder is ready when this returns.
    init(folder: URL) throws {
        session = try Session(.loopback, pace: .calm)
        torrent = try session.add(
            TorrentParameters(torrent: SampleTorrent.bytes), folder: FilePath(folder.path),
            partFolder: FilePath(folder.path), purpose: .seed, token: 1)
        port = try session.loopbackPort()
    }

    /// A magnet link with this seeder as its only peer.
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

    /// Returns after an event for which `isAwaited` is true. Throws if none arrives.
    func wait(for isAwaited: (SessionEvent) -> Bool) throws {
        let epoll = try Epoll()
        try epoll.add(eventsReady, token: 1)
        while !takeEvents().contains(where: isAwaited) {
            guard !(try epoll.wait(timeout: .seconds(20))).isEmpty else { throw Errno.timedOut }
        }
    }
}

extension EngineConfiguration {
    /// Any port, no DHT, no local discovery, and a timeout.
    static var loopback: EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.port = 0
        configuration.dht = .off
        configuration.localDiscovery = false
        configuration.timeout = .seconds(60)
        return configuration
    }
}
