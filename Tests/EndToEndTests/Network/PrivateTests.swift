import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Private torrents (BEP 27)", .serialized, .timeLimit(.minutes(3)))
struct PrivateTests {
    @Test("Only the tracker leads to a private torrent, and neither DHT nor neighbours learn of it")
    func undiscovered() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        let open = try await given.publish(by: origin, "open.torrent")
        let secret = try await given.publish(by: origin, "secret.torrent", "--private")
        try await given.inNetwork(tracking: [open, secret]) { place in
            let captured = given.folder.path
            try await PacketCapture.capturing(
                place.filter, on: place.there, into: captured.appending("there")
            ) { there in
                try await place.discovering(origin, on: place.there).serving(
                    secret, tracker: place.tracker
                ) { _ in
                    try await PacketCapture.capturing(
                        place.filter, on: place.here, into: captured.appending("here")
                    ) { here in
                        var overlay = place.discovering(given.overlay, on: place.here)
                        overlay.environment["PIERDAT_TRACKERS"] = place.tracker.announce()
                        let ended = try await overlay.pierdat(
                            secret.path.string, given.destination.string)
                        #expect(ended.status == .exited(0), "\(ended)")
                        #expect(try !here.tells(of: secret))
                    }
                    // The origin seeds both in one session.
                    try await Patience.until {
                        try there.tellsNodes(of: open) && there.tellsNeighbours(of: open) ? () : nil
                    }
                    #expect(try !there.tells(of: secret))
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("Peers of a private torrent do not exchange peers", arguments: [false, true])
    func unexchanged(isPrivate: Bool) async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        let torrent = try await given.publish(
            by: origin, "published.torrent", isPrivate ? "--private" : nil)
        try await VirtualNetwork.with { network in
            let hosts = try await (network.host(), network.host(), network.host())
            let slow = LibtorrentPeer.Job(
                torrent.path.string, in: try given.folder.make("hub"), downloadLimit: 1000)
            try await LibtorrentPeer.running([slow], on: hosts.0) { hub in
                var origin = origin.on(hosts.1)
                origin.environment["PIERDAT_PEERS"] = hub.address
                try await origin.seeding(torrent, in: given.data.folder) { _ in
                    _ = try await hub.process.line(containing: hosts.1.address)
                    var overlay = given.overlay.on(hosts.2)
                    overlay.environment["PIERDAT_PEERS"] = hub.address
                    let ended = try await overlay.pierdat(
                        "--timeout", isPrivate ? "10" : "60", torrent.path.string,
                        given.destination.string)
                    #expect(ended.status == .exited(isPrivate ? 124 : 0), "\(ended)")
                }
            }
        }
    }
}

/// Two hosts, a tracker and a DHT node.
private struct Place: Sendable {
    let there: PeerFixtures.Host
    let here: PeerFixtures.Host
    let tracker: Tracker
    let node: String
    /// The packets of discovery to the node and to neighbours.
    let filter: String

    /// The overlay on `host` with all kinds of peer discovery enabled.
    func discovering(_ overlay: Overlay, on host: PeerFixtures.Host) -> Overlay {
        var overlay = overlay.on(host)
        overlay.environment["PIERDAT_DHT"] = node
        overlay.environment["PIERDAT_LSD"] = "on"
        return overlay
    }
}

extension Arrangement {
    /// Publishes the data with `overlay` and these options.
    fileprivate func publish(by overlay: Overlay, _ name: String, _ option: String? = nil)
        async throws -> PeerFixtures.TorrentFile
    {
        let file = folder.path.appending(name)
        let arguments =
            ["publish", "-o", file.string] + [option, data.root.string].compactMap(\.self)
        let ended = try await overlay.pierdat(arguments)
        guard ended.status.isSuccess else { throw FixtureError("\(ended)") }
        let read = try await TorrentDescription.read(file)
        #expect(read.isPrivate == (option != nil))
        return TorrentFile(path: file, v1: read.v1, v2: read.v2)
    }

    fileprivate func inNetwork(
        tracking torrents: [PeerFixtures.TorrentFile],
        _ body: @Sendable (Place) async throws -> Void
    ) async throws {
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(.v4), network.host(.v4))
            let tracking = try await network.host(.v4)
            try await LibtorrentPeer.running(
                [], on: tracking, settings: ["enable_dht": .flag(true)]
            ) { node in
                try await Tracker.tracking(torrents, in: folder.path, on: tracking) { tracker in
                    let filter = "udp port 6771 or udp port \(node.port)"
                    try await body(
                        Place(
                            there: there, here: here, tracker: tracker, node: node.address,
                            filter: filter))
                }
            }
        }
    }
}

extension PacketCapture {
    fileprivate func tells(of torrent: PeerFixtures.TorrentFile) throws -> Bool {
        try tellsNodes(of: torrent) || tellsNeighbours(of: torrent)
    }

    /// In the DHT, an info-hash is 20 bytes.
    fileprivate func tellsNodes(of torrent: PeerFixtures.TorrentFile) throws -> Bool {
        try torrent.hashes.contains { try contains(Data(TCPStream.bytes(ofInfoHash: $0))) }
    }

    /// In local discovery, it is 40 hexadecimal digits.
    fileprivate func tellsNeighbours(of torrent: PeerFixtures.TorrentFile) throws -> Bool {
        try torrent.hashes.contains { try contains(Data($0.utf8)) }
    }
}

extension PeerFixtures.TorrentFile {
    /// Its info-hashes as used by trackers, DHT nodes and local discovery.
    fileprivate var hashes: [String] { [v1, v2].compactMap { $0.map { String($0.prefix(40)) } } }
}
