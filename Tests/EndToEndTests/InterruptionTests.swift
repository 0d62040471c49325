import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Interrupted downloads", .timeLimit(.minutes(3)))
struct InterruptionTests {
    @Test(
        "A signal ends a download at once, and the same command then downloads the rest",
        arguments: [SIGTERM, SIGINT, SIGHUP])
    func resume(signal: Int32) async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            // Slow enough to be interrupted half-way on any machine.
            var slow = given.overlay
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "60k"
            let command = slow.command("pierdat", magnet, given.destination.string)
            let (said, ended) = try await RunningProcess.with(command) { process in
                _ = try await process.line(containing: "% of")
                try process.send(signal)
                try await process.end()
                return await process.output
            }
            #expect(ended == .exited(128 + signal))
            // It did not continue until everything had arrived.
            #expect(!said.contains("done: "), "\(said)")
            #expect(try !given.isComplete)
            #expect(try given.overlay.seedLines == [])

            let again = try await given.overlay.pierdat(magnet, given.destination.string)
            #expect(again.status == .exited(0), "\(again)")
            #expect(again.errors.contains("are there already and verified"), "\(again)")
        }
        #expect(try given.isComplete)
        #expect(try given.overlay.seedLines == [given.seedLine])
    }

    @Test("A download ends with its backend when its terminal is closed")
    func hangUp() async throws {
        let given = try await Arrangement()
        let command = given.overlay.command(
            "pierdat", given.torrent.magnet(), given.destination.string)
        try await Screen.showing(command, columns: 100, state: given.folder.path) { screen in
            try await screen.shows { $0.first?.contains("requesting the metadata") == true }
            #expect(!given.overlay.processes.isEmpty)
            try await screen.hangUp()
            try await Patience.until { given.overlay.processes.isEmpty ? () : nil }
        }
    }

    @Test("A download started with nohup continues without its terminal")
    func noHangUp() async throws {
        let given = try await Arrangement()
        let command = given.overlay.command(
            "pierdat", given.torrent.magnet(), given.destination.string
        ).started(by: "/bin/sh", ["-c", #"trap '' HUP; exec "$@""#, "sh"])
        let (_, ended) = try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "requesting the metadata")
            try process.send(SIGHUP)
            try process.send(SIGTERM)
            try await process.end()
        }
        #expect(ended == .exited(128 + SIGTERM))
    }
}

extension Overlay {
    /// The processes that run a program of this overlay.
    fileprivate var processes: [pid_t] {
        ProcessTable.all.filter {
            ProcessTable.executable(of: $0)?.hasPrefix(prefix.string + "/") == true
        }
    }
}
