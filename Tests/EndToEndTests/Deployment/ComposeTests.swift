import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Compose files with Docker Compose", .serialized, .timeLimit(.minutes(10)))
struct ComposeTests {
    @Test(
        "`up --wait` returns when each replica has verified data, also when only replicas have it")
    func replicas() async throws {
        try await running("compose.yaml") { fleet, compose in
            try await compose.run("up", "--detach")
            let _: Bool = try await Patience.until {
                let live = try await compose.attempt("exec", "app", "/usr/bin/pierdat", "health")
                return live.status.isSuccess ? true : nil
            }
            let ready = try await compose.attempt(
                "exec", "app", "/usr/bin/pierdat", "health", "--ready")
            #expect(ready.status == .exited(1), "\(ready)")
            try await fleet.withOrigin { _ = try await compose.run("up", "--detach", "--wait") }

            try await compose.run("up", "--detach", "--wait", "--scale", "app=4")
            for index in 1...4 {
                let listing = try await compose.listing("app", index)
                #expect(try await listing == fleet.expectedListing())
            }

            // A restart downloads damaged data again, from the siblings.
            try await compose.run(
                "exec", "--index", "2", "app", "sh", "-c", #"echo damage >"$0""#,
                "/data/\(DataSet.name)/a file.bin")
            let _: Bool = try await Patience.until {
                let ready = try await compose.attempt(
                    "exec", "--index", "2", "app", "/usr/bin/pierdat", "health", "--ready")
                return ready.status == .exited(1) ? true : nil
            }
            try await compose.run("restart", "app")
            try await compose.run("up", "--detach", "--wait", "--scale", "app=4")
            #expect(try await compose.listing("app", 2) == fleet.expectedListing())

            // A new container takes over the volume of the old one, and needs no peer.
            try await compose.run(
                "up", "--detach", "--wait", "--force-recreate", "--scale", "app=4")
            #expect(try await compose.listing("app", 3) == fleet.expectedListing())
            #expect(try await compose.startsWithCompleteData == 4)
            try await compose.run("kill")
            try await compose.run("up", "--detach", "--wait", "--scale", "app=4")
            #expect(try await compose.startsWithCompleteData == 8)
        }
    }

    @Test("Programs of any image start when the data is complete, and one seeder serves it")
    func shared() async throws {
        try await running("shared.yaml") { fleet, compose in
            let compose = compose.with("IMAGE", fleet.program)
                .with("COMMAND", "sh -c 'ls -A /data; exec sleep infinity'")
            try await fleet.withOrigin { _ = try await compose.run("up", "--detach", "--wait") }
            for index in 1...2 {
                #expect(try await compose.listing("app", index) == fleet.expectedListing())
                let written = try await compose.attempt(
                    "exec", "--index", "\(index)", "app", "touch", "/data/mine")
                #expect(!written.status.isSuccess)
            }
            let logs = try await compose.run("logs", "--no-log-prefix", "app")
            #expect(logs.contains(DataSet.name))
            let ready = try await compose.attempt(
                "exec", "seed", "/usr/bin/pierdat", "health", "--ready")
            #expect(ready.status == .exited(0), "\(ready)")

            // The program that downloads runs again beside the seeder.
            try await compose.run("up", "--detach", "--wait")

            // Verified data needs no peer.
            try await compose.run("down", "--timeout", "5")
            try await compose.run("up", "--detach", "--wait")
        }
    }

    private func running(
        _ file: String, _ body: @Sendable (Fleet, Compose) async throws -> Void
    ) async throws {
        try await Fleet.arranged { fleet in
            let host = try await fleet.network.host(.v4)
            let folder = try fleet.given.folder.make("engine")
            try await DockerEngine.running(on: host, in: folder) { engine in
                try await engine.docker("load", "--input", fleet.archive.string)
                try await body(
                    fleet,
                    Compose(
                        engine: engine, file: Fleet.file("compose/\(file)"),
                        settings: fleet.settings))
            }
        }
    }
}

/// A project of Docker Compose.
private struct Compose: Sendable {
    let engine: DockerEngine
    let file: FilePath
    var settings: [String: String]

    func with(_ name: String, _ value: String) -> Compose {
        var compose = self
        compose.settings[name] = value
        return compose
    }

    func attempt(_ arguments: String...) async throws -> Ended {
        try await attempt(arguments)
    }

    @discardableResult
    func run(_ arguments: String...) async throws -> String {
        let ended = try await attempt(arguments)
        guard ended.status.isSuccess else {
            let logs = try await attempt(["logs", "--tail", "30"])
            throw FixtureError("docker compose \(arguments): \(ended)\n\(logs)")
        }
        return ended.output
    }

    /// The digests of the data of a service's container.
    func listing(_ service: String, _ index: Int) async throws -> String {
        let words = ["exec", "--index", "\(index)", service] + Fleet.listing(of: "/data")
        return try await attempt(words).output
    }

    /// How often the containers that exist have found their data complete at their start.
    var startsWithCompleteData: Int {
        get async throws {
            let words = "the data in /data is complete and has not changed"
            return try await run("logs", "app").ranges(of: words).count
        }
    }

    private func attempt(_ arguments: [String]) async throws -> Ended {
        var command = engine.command("compose", "--file", file.string, "--progress", "plain")
        command.arguments += arguments
        command.environment.merge(settings) { $1 }
        return try await command.run()
    }
}
