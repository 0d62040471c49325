import Foundation
import PeerFixtures
import SystemPackage

/// An outside address to which a download is directed in every possible way. Nobody is there, and
/// the packets sent to it are counted.
enum Outside {
    static let address = "10.99.0.9"
    /// Its name, if `hosts` is mounted over /etc/hosts.
    static let name = "outside.example"

    /// Every way in which a download or seeder could contact it, as rules for `PacketCounters`.
    static let ways = [
        "peer": "ip daddr \(address) tcp dport 7001",
        "peerOverUTP": "ip daddr \(address) udp dport 7001",
        "httpTracker": "ip daddr \(address) tcp dport 7002",
        "udpTracker": "ip daddr \(address) udp dport 7003",
        "webSeed": "ip daddr \(address) tcp dport 7004",
        "namedPeer": "ip daddr \(address) tcp dport 7005",
        "namedTracker": "ip daddr \(address) tcp dport 7006",
        "nodeOfDHT": "ip daddr \(address) udp dport 7007",
        "multicast": "ip daddr 224.0.0.0/4",
    ]

    /// The settings that name it in every possible way.
    static let settings = [
        "PIERDAT_DHT": "\(address):7007", "PIERDAT_LSD": "on",
        "PIERDAT_PEERS": "\(name):7005,\(address):7001",
        "PIERDAT_TRACKERS": [
            "http://\(address):7002/announce", "udp://\(address):7003/announce",
            "http://\(name):7006/announce",
        ].joined(separator: ","),
    ]

    /// A file with its name and localhost's.
    static func hosts(in folder: TemporaryFolder) throws -> FilePath {
        let file = folder.path.appending("hosts")
        try "127.0.0.1 localhost\n\(address) \(name)\n"
            .write(toFile: file.string, atomically: true, encoding: .utf8)
        return file
    }
}

extension Arrangement {
    /// The command that downloads the data from everybody outside, as configured by them and
    /// `environment`, and from `peers`. It is slow, so that every source is contacted before it is
    /// done.
    func getFromOutside(
        on host: PeerFixtures.Host, and peers: String..., environment: [String: String] = [:]
    ) async throws -> Command {
        var overlay = overlay
        overlay.environment.merge(Outside.settings) { $1 }
        overlay.environment.merge(environment) { $1 }
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "150k"
        overlay.environment["PIERDAT_PEERS", default: ""] += peers.map { ",\($0)" }.joined()
        let torrent = try await TorrentFile.make(
            .v1, of: data, at: folder.path.appending("web.torrent"),
            webSeed: "http://\(Outside.address):7004/")
        let command = overlay.command("pierdat", torrent.path.string, destination.string)
        return host.command(try command.with(Outside.hosts(in: folder), inPlaceOf: "/etc/hosts"))
    }
}
