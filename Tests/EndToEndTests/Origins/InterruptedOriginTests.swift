import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Interrupted downloads from web servers", .timeLimit(.minutes(3)))
struct InterruptedOriginTests {
    @Test(
        "SIGTERM ends a download while the server is silent", arguments: ["silent=1", "rate=1000"])
    func silentServer(behaviour: String) async throws {
        let given = try FileAtOrigin()
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, behaviour) + given.pin
            let command = given.overlay.command("pierdat", uri, given.destination.string)
            try await expectEnd(of: command) { _ in try await origin.answered(behaviour) }
        }
        #expect(given.arrived[FileAtOrigin.name] == nil)
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test("SIGTERM ends a download while the name of the server is looked up")
    func silentNameServer() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try await VirtualNetwork.with { network in
            let host = try await network.host(.v4)
            try await NameServer.answering("", on: host, state: given.folder.path) { server in
                let counters = try await PacketCounters(on: host, ["query": "udp dport 53"])
                try await server.silent {
                    let get = given.overlay.command(
                        "pierdat", "http://far.example/f" + given.pin, given.destination.string)
                    try await expectEnd(of: host.command(server.asked(by: get))) { _ in
                        try await Patience.until {
                            try await counters.packets["query"] ?? 0 > 0 ? () : nil
                        }
                    }
                }
            }
        }
    }

    /// The same overlay with a search for peers that goes on, because nobody answers.
    private func searching(_ overlay: Overlay) -> Overlay {
        var overlay = overlay
        overlay.environment["PIERDAT_PEERS"] = "127.0.0.1:1"
        return overlay
    }

    @Test("SIGTERM ends a download and a search for peers beside it, and the same command resumes")
    func besideSearch() async throws {
        let given = try FileAtOrigin()
        let overlay = searching(given.overlay)
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=2000000") + given.pin
            let get = overlay.command("pierdat", uri, given.destination.string)
            let (said, status) = try await RunningProcess.with(get) { process in
                try await origin.answered("bytes=8388608-")
                try await Patience.until {
                    given.partial.flatMap { $0.allocated > 1 << 20 ? () : nil }
                }
                try process.send(SIGTERM)
                try await process.end()
                return await process.output
            }
            #expect(status == .exited(128 + SIGTERM), "\(said)")
            #expect(said.contains("The data is kept"), "\(said)")
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("are there already"), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test("SIGTERM ends the wait for another download of the same file")
    func waitingForOther() async throws {
        let given = try FileAtOrigin()
        let overlay = searching(try Overlay(given.folder.path.appending("other")))
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=1000") + given.pin
            let first = given.overlay.command("pierdat", uri, given.destination.string)
            let second = overlay.command("pierdat", uri, given.destination.string)
            try await RunningProcess.with(first) { _ in
                try await origin.answered("rate=1000")
                try await expectEnd(of: second) { process in
                    _ = try await process.line(containing: "waiting for another pierdat")
                }
            }
        }
    }

    /// Sends SIGTERM when `ready` returns, and expects that the command does nothing more.
    private func expectEnd(
        of command: Command, when ready: @Sendable (RunningProcess) async throws -> Void
    ) async throws {
        let (said, status) = try await RunningProcess.with(command) { process in
            try await ready(process)
            try process.send(SIGTERM)
            try await process.end()
            return await process.output
        }
        #expect(status == .exited(128 + SIGTERM), "\(said)")
        #expect(!said.contains("trying again"), "\(said)")
        #expect(!said.contains("sent nothing"), "\(said)")
    }

    @Test("A download that was killed is completed by the same command, which leaves no other file")
    func killed() async throws {
        let given = try FileAtOrigin()
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=700000") + given.pin
            let command = given.overlay.command("pierdat", uri, given.destination.string)
            try await RunningProcess.with(command) { process in
                try await origin.answered("bytes=8388608-")
                try process.kill()
                try await process.end()
            }
            #expect(given.arrived[FileAtOrigin.name] == nil)
            #expect(try given.overlay.seedLines.isEmpty)
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test(
        "A second process that gets the same file into the same folder waits, and fetches nothing")
    func together() async throws {
        let given = try FileAtOrigin()
        let other = try Overlay(given.folder.path.appending("other"))
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=700000") + given.pin
            let command = given.overlay.command("pierdat", uri, given.destination.string)
            let (_, status) = try await RunningProcess.with(command) { process in
                try await origin.answered("bytes=8388608-")
                let ended = try await other.pierdat(uri, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("waiting for another pierdat"), "\(ended)")
                try await process.end()
            }
            #expect(status == .exited(0))
            #expect(await origin.requests.count { $0.range.hasPrefix("bytes=0-") } == 1)
        }
        #expect(given.isComplete)
        #expect(try other.seedLines.count == 1)
        #expect(try given.overlay.seedLines.count == 1)
    }

    @Test("--timeout also limits the time in which only peers are asked")
    func shortTimeout() async throws {
        let given = try FileAtOrigin()
        var overlay = given.overlay
        overlay.environment["PIERDAT_PEERS"] = "127.0.0.1:1"
        let get = overlay
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=1000") + given.pin
            let ended = try await get.pierdat("--timeout", "1", uri, given.destination.string)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(ended.errors.contains("not complete after 1s (--timeout)"), "\(ended)")
        }
    }
}
