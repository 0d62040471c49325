import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Peers by name", .timeLimit(.minutes(3)))
struct PeerNamesTests {
    @Test(
        "Every address of a name or service is a peer until it is removed"
    )
    func changes() async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let host = try await network.host()
            try await NameServer.answering(
                "10.77.0.50 seeds.example\nfd77::50 seeds.example\n10.77.0.60 a.example\n",
                services: ["_bt._tcp.example,a.example,7001"], on: host, state: given.folder.path
            ) { server in
                let seed = given.seed.meeting("seeds.example,_bt._tcp.example")
                try await RunningProcess.with(host.command(server.asked(by: seed))) { seeder in
                    for peer in ["10.77.0.50:6881, ", "[fd77::50]:6881 added", "10.77.0.60:7001"] {
                        _ = try await seeder.line(containing: peer)
                    }
                    try server.change(to: "10.77.0.51 seeds.example\n10.77.0.60 a.example\n")
                    _ = try await seeder.line(
                        containing:
                            "10.77.0.51:6881 added; 10.77.0.50:6881, [fd77::50]:6881 removed")
                }
            }
        }
    }

    @Test("A seeder connects to the new address of a name that has moved")
    func moved() async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let (host, other) = try await (network.host(), network.host())
            let port = try FreePort.any()
            let (nobody, address) = ("10.77.0.50", try #require(other.v4))
            try await NameServer.answering(
                "\(nobody) a.example\n", on: host, state: given.folder.path
            ) { server in
                let seed = given.seed.meeting("a.example:\(port)")
                // It knows no peers, so the seeder must connect to it.
                var get = given.get
                get.environment["PIERDAT_PORT"] = "\(port)"
                let (asking, waiting) = (host.command(server.asked(by: seed)), other.command(get))
                try await RunningProcess.with(asking) { seeder in
                    _ = try await seeder.line(containing: "\(nobody):\(port) added")
                    try await RunningProcess.with(waiting) { get in
                        _ = try await get.line(containing: "0 peers")
                        try server.change(to: "\(address) a.example\n")
                        _ = try await seeder.line(
                            containing: "\(address):\(port) added; \(nobody):\(port) removed")
                        _ = try await get.line(containing: "done: ")
                        try await get.end()
                    }
                }
            }
            #expect(try given.isComplete)
        }
    }

    @Test("A download uses a peer whose name or service gets its address later")
    func later() async throws {
        try await VirtualNetwork.with { network in
            let given = try await Arrangement()
            let (host, other) = try await (network.host(), network.host(.v6))
            let (address, port) = (try #require(other.v6), try FreePort.any())
            let services = ["_bt._tcp.example,a.example,\(port)"]
            try await NameServer.answering(
                "", services: services, on: host, state: given.folder.path
            ) { server in
                var seed = given.seed
                seed.environment["PIERDAT_PORT"] = "\(port)"
                let get = given.get.meeting("_bt._tcp.example")
                let asking = host.command(server.asked(by: get))
                try await RunningProcess.with(other.command(seed)) { seed in
                    _ = try await seed.line(containing: "listening on port \(port)")
                    try await RunningProcess.with(asking) { get in
                        _ = try await get.line(containing: "0 peers")
                        try server.change(to: "\(address) a.example\n")
                        _ = try await get.line(containing: "done: ")
                        try await get.end()
                    }
                }
            }
            #expect(try given.isComplete)
        }
    }
}

extension Arrangement {
    /// Seeds the data.
    fileprivate var seed: PeerFixtures.Command {
        overlay.command("pierdat-seed-bittorrent", torrent.path.string, data.folder.string)
    }

    /// Downloads it by a link without peers.
    fileprivate var get: PeerFixtures.Command {
        overlay.command("pierdat", torrent.magnet(), destination.string)
    }
}

extension PeerFixtures.Command {
    /// The same command, which connects to the addresses of `names` and resolves them every second.
    fileprivate func meeting(_ names: String) -> PeerFixtures.Command {
        var command = self
        command.environment["PIERDAT_PEERS"] = names
        command.environment["PIERDAT_RESOLVE_INTERVAL"] = "1"
        return command
    }
}
