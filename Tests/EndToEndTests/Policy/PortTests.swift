import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Ports", .timeLimit(.minutes(3)))
struct PortTests {
    @Test(
        "Seeders that start at once with the same PIERDAT_PORT get different ports for TCP and uTP"
    )
    func shared() async throws {
        let given = try await Arrangement()
        var command = given.overlay.command(
            "pierdat-seed-bittorrent", given.torrent.path.string, given.data.folder.string)
        command.environment["PIERDAT_PORT"] = "\(try FreePort.any())"
        let seeder = command
        try await RunningProcess.with(seeder) { first in
            try await RunningProcess.with(seeder) { second in
                try await RunningProcess.with(seeder) { third in
                    var ports: Set<String> = []
                    for process in [first, second, third] {
                        let line = try await process.line(containing: "listening on port ")
                        let port = try #require(line.split(separator: " ").last).description
                        ports.insert(port)
                        for transport in ["tcp", "utp"] {
                            try await get(given, from: port, over: transport)
                        }
                        let said = await process.output
                        #expect(said.split(separator: "listening on port").count == 2, "\(said)")
                    }
                    #expect(ports.count == 3)
                }
            }
        }
    }

    private func get(_ given: Arrangement, from port: String, over transport: String) async throws {
        let name = "\(transport) \(port)"
        var overlay = try Overlay(given.folder.path.appending("overlay \(name)"))
        overlay.environment["PIERDAT_TRANSPORT"] = transport
        let destination = given.folder.path.appending(name)
        let ended = try await overlay.pierdat(
            given.torrent.magnet("x.pe=127.0.0.1:\(port)"), destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(try given.data.isEqual(below: destination))
    }
}
