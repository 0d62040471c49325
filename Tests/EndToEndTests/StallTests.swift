import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Reports about stalled downloads", .timeLimit(.minutes(3)))
struct StallTests {
    @Test("A stall report has the answer of each tracker, and the exit code is right")
    func trackers() async throws {
        let given = try await Arrangement()
        let other = try await Arrangement(.v2)
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(.v4), network.host())
            try await Tracker.tracking([other.torrent], in: given.folder.path, on: there) {
                tracker in
                let silent = "udp://\(there.endpoint(try FreePort.any()))/announce"
                let refusing = "http://\(there.endpoint(try FreePort.any()))/announce"
                let ended = try await given.overlay.on(here).pierdat(
                    "--stall-timeout", "8", "--backend", "bittorrent",
                    given.torrent.magnet(
                        "tr=\(tracker.announce())", "tr=\(refusing)", "tr=\(silent)",
                        "tr=http://nowhere.invalid/announce"),
                    given.destination.string)
                #expect(ended.status == .exited(124), "\(ended)")
                for words in [
                    "no data received for 8s (--stall-timeout):\n  no peer was found\n",
                    "\n  tracker \(tracker.announce()): Requested download is not authorized",
                    "\n  tracker \(refusing): Connection refused\n",
                    "\n  tracker \(silent): has not answered: is it down, or is UDP blocked?\n",
                    "\n  tracker http://nowhere.invalid/announce: Host not found",
                    "\n  the DHT is off\n",
                ] {
                    #expect(ended.errors.contains(words), "‘\(words)’ in \(ended)")
                }
            }
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A stall report has a working tracker without peers, and peers without data")
    func peers() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (there, here) = try await (network.host(.v4), network.host(.v4))
            let job = LibtorrentPeer.Job(
                given.torrent.path.string, in: try given.folder.make("nothing"))
            try await Tracker.tracking([given.torrent], in: given.folder.path, on: there) {
                tracker in
                try await LibtorrentPeer.running([job], on: there) { peer in
                    let ended = try await given.overlay.on(here).pierdat(
                        "--timeout", "6", "--backend", "bittorrent",
                        given.torrent.magnet("x.pe=\(peer.address)", "tr=\(tracker.announce())"),
                        given.destination.string)
                    #expect(ended.status == .exited(124), "\(ended)")
                    for words in [
                        "not complete after 6s (--timeout):\n  connected to 1 peer, 0 of them seeds, ",
                        "\n  tracker \(tracker.announce()): works and reports 0 seeds\n",
                    ] {
                        #expect(ended.errors.contains(words), "‘\(words)’ in \(ended)")
                    }
                }
            }
        }
    }

    @Test(
        "A stall report has each failing web seed with the reason if it is known",
        arguments: [
            (.wholeForRange, "it sent other bytes than requested"),
            (.noise, "its answer is not HTTP"),
            (.redirectToFile, "it redirects too often, or to something that is not a web server"),
            (.redirectLoop, "it redirects too often, or to something that is not a web server"),
            (.silence, "it did not answer in time"), (.record, "404 Not Found"),
        ] as [(HostileServer.Behaviour, String)])
    func webSeeds(behaviour: HostileServer.Behaviour, reason: String) async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            let torrent = try await TorrentFile.make(
                .v1, of: given.data, at: given.folder.path.appending("with seed.torrent"),
                webSeed: server.url(behaviour))
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", behaviour == .silence ? "40" : "15", "--backend", "bittorrent",
                torrent.path.string, given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            let line = ended.errors.split(separator: "\n").last {
                $0.hasPrefix("  web seed \(server.url(behaviour)): ")
            }
            #expect(line?.contains(reason) == true, "\(ended)")
        }
    }

    @Test("A stall report has a web seed with corrupt data, and all usable data is kept")
    func corruptWebSeed() async throws {
        let given = try await Arrangement()
        let corrupt = try given.data.copy(to: given.folder.make("web"))
        try corrupt.corrupt()
        try await WebServer.serving(corrupt.folder, state: given.folder.make("nginx")) { web in
            let torrent = try await TorrentFile.make(
                .v1, of: given.data, at: given.folder.path.appending("with seed.torrent"),
                webSeed: web.url)
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "15", "--backend", "bittorrent", torrent.path.string,
                given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            let line = ended.errors.split(separator: "\n").first {
                $0.hasPrefix("  web seed \(web.url): ")
            }
            let words = "data set/a file.bin: its data does not match the torrent"
            #expect(line?.contains(words) == true, "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test(
        "A stall report has a tracker with an invalid answer",
        arguments: [
            (.redirectToFile, "it redirects too often, or to something that is not a web server"),
            (.shortBody, "unexpected end of file"),
            (.endlessBody, "File too large"), (.manyPeers, "works"),
        ] as [(HostileServer.Behaviour, String)])
    func lyingTracker(behaviour: HostileServer.Behaviour, reason: String) async throws {
        let given = try await Arrangement()
        try await HostileServer.running { server in
            let tracker = server.tracker(behaviour)
            let ended = try await given.overlay.pierdat(
                "--stall-timeout", "15", "--backend", "bittorrent",
                given.torrent.magnet("tr=\(tracker)"), given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(ended.errors.contains("\n  tracker \(tracker): \(reason)"), "\(ended)")
            let isLed = behaviour == .manyPeers
            #expect(ended.errors.contains("peers are known, but none can be reached") == isLed)
        }
    }

    @Test("A stall report says if the DHT has nodes", arguments: [true, false])
    func distributedHashTable(hasNode: Bool) async throws {
        let given = try await Arrangement()
        let settings: [String: LibtorrentPeer.Setting] = ["enable_dht": .flag(hasNode)]
        try await VirtualNetwork.with { network in
            let hosts = try await (network.host(.v4), network.host(.v4), network.host(.v4))
            try await LibtorrentPeer.running([], on: hosts.0, settings: settings) { first in
                let knowing = settings.merging(["dht_bootstrap_nodes": .text(first.address)]) { $1 }
                try await LibtorrentPeer.running([], on: hosts.1, settings: knowing) { _ in
                    var overlay = given.overlay.on(hosts.2)
                    overlay.environment["PIERDAT_DHT"] = first.address
                    let ended = try await overlay.pierdat(
                        "--stall-timeout", "15", "--backend", "bittorrent", given.torrent.magnet(),
                        given.destination.string)
                    #expect(ended.status == .exited(124), "\(ended)")
                    #expect(
                        ended.errors.contains(
                            "\n  the DHT has "
                                + (hasNode
                                    ? "1 node" : "no nodes except those in PIERDAT_DHT")),
                        "\(ended)")
                    #expect(
                        ended.errors.contains("\n  no peer was found\n  no tracker: "), "\(ended)")
                }
            }
        }
    }

    @Test("The stall report appears long before the timeout")
    func soon() async throws {
        let given = try await Arrangement()
        let command = given.overlay.command(
            "pierdat", given.torrent.magnet("x.pe=127.0.0.1:\(try FreePort.any())"),
            given.destination.string)
        try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "no data received for 20s:")
            _ = try await process.line(containing: "1 peer is known, but cannot be reached")
            _ = try await process.line(containing: "no tracker: neither the link nor")
        }
    }
}
