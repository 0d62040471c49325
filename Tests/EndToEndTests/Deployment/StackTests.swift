import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Stack on a Docker Swarm of two nodes", .serialized, .timeLimit(.minutes(10)))
struct StackTests {
    private static let service = "pierdat_app"

    @Test(
        """
        Replicas without privileges get their data at start, scale out without the origin, and come \
        up on the other node when theirs is killed
        """)
    func story() async throws {
        try await Fleet.arranged { fleet in
            let engines = fleet.given.folder
            try await DockerSwarm.running(in: fleet.network, folder: engines.make("engines")) {
                swarm in
                try await swarm.load(fleet.archive)
                try await swarm.deploy(
                    "pierdat", from: [Fleet.file("swarm/stack.yaml")],
                    fleet.settings.merging(["REPLICAS": "1", "INTERVAL": "1s"]) { $1 })
                try await notReady(fleet, swarm)
                try await fleet.withOrigin {
                    try await self.becomes(1, of: fleet, swarm)
                    try await self.replaced(fleet, swarm)
                }

                try await swarm.manager.docker("service", "scale", "--detach", "\(Self.service)=8")
                try await becomes(8, of: fleet, swarm)
                #expect(try await containers(swarm.worker).count > 1)
                try await restrictions(swarm)

                try swarm.worker.cutPower()
                try await becomes(8, of: fleet, swarm, on: [swarm.manager])
            }
        }
    }

    @Test(
        """
        Replicas of a drained node come up on the other one, Prometheus finds all of them and alerts \
        if data is damaged, and Swarm replaces that replica, which gets the data from its siblings
        """)
    func monitoring() async throws {
        try await Fleet.arranged { fleet in
            let engines = fleet.given.folder
            try await DockerSwarm.running(in: fleet.network, folder: engines.make("engines")) {
                swarm in
                try await swarm.load(fleet.archive)
                let prometheus = try await StackMonitor.load(on: swarm.engines, engines.path)
                let kit = try StackMonitor.impatientKit(in: engines.path)
                try await swarm.deploy(
                    "pierdat",
                    from: ["stack.yaml", "monitoring.yaml"].map(kit.appending("swarm").appending),
                    fleet.settings.merging([
                        "REPLICAS": "3", "INTERVAL": "1s", "PROMETHEUS_IMAGE": prometheus,
                    ]) { $1 })
                try await fleet.withOrigin { try await self.becomes(3, of: fleet, swarm) }
                try await swarm.drainWorker()
                try await becomes(3, of: fleet, swarm, on: [swarm.manager])
                #expect(try await containers(swarm.worker).isEmpty)
                let monitor = try await StackMonitor.found(on: [swarm.manager])
                try await monitor.until("sum(pierdat_ready)", is: "3")
                try await monitor.until("sum(pierdat_hash_failures_total)", is: "0")
                try await healed(fleet, swarm, monitor)
            }
        }
    }

    /// Damages the data of a replica.
    private func healed(
        _ fleet: Fleet, _ swarm: DockerSwarm, _ monitor: StackMonitor
    ) async throws {
        let firing = #"count(ALERTS{alertname="PierdatDataDamaged",alertstate="firing"})"#
        let damaged = try #require(try await containers(swarm.manager).first)
        let volume = try await volume(of: damaged, swarm)
        try await swarm.manager.docker(
            "exec", damaged, "sh", "-euc", #"chmod u+w "$1"; echo damage >"$1""#, "sh",
            "/data/\(DataSet.name)/a file.bin")
        try await monitor.until("sum(pierdat_ready)", is: "2")
        try await monitor.until(firing, is: "1")

        try await becomes(3, of: fleet, swarm, on: [swarm.manager], without: [damaged])
        var volumes: [String] = []
        for container in try await containers(swarm.manager) {
            volumes.append(try await self.volume(of: container, swarm))
        }
        #expect(volumes.contains(volume), "\(volume): \(volumes)")
        try await monitor.until("sum(pierdat_ready)", is: "3")
        try await monitor.until("\(firing) or vector(0)", is: "0")
    }

    /// The name of the volume of a container on the manager.
    private func volume(of container: String, _ swarm: DockerSwarm) async throws -> String {
        try await swarm.manager.docker(
            "inspect", "--format",
            #"{{range .Mounts}}{{if eq .Destination "/data"}}{{.Name}}{{end}}{{end}}"#, container)
    }

    private func containers(_ engine: DockerEngine) async throws -> [String] {
        try await DockerSwarm.healthyContainers(of: Self.service, on: engine)
    }

    /// Before there is an origin, the only replica lives, and waits.
    private func notReady(_ fleet: Fleet, _ swarm: DockerSwarm) async throws {
        let label = "label=com.docker.swarm.service.name=\(Self.service)"
        let (engine, container) = try await Patience.until {
            for engine in swarm.engines {
                let found = try await engine.docker("ps", "--quiet", "--filter", label)
                if !found.isEmpty { return (engine, found) }
            }
            return nil
        }
        let _: Bool = try await Patience.until {
            let live = try await engine.command(
                "exec", container, "/usr/bin/pierdat", "health"
            ).run()
            return live.status.isSuccess ? true : nil
        }
        let ready = try await engine.command(
            "exec", container, "/usr/bin/pierdat", "health", "--ready"
        ).run()
        #expect(ready.status == .exited(1), "\(ready)")
        #expect(try await swarm.running(Self.service) == 0)
    }

    /// An update replaces the only replica, by one with the same volume or by one on the other node, whose volume is empty.
    private func replaced(_ fleet: Fleet, _ swarm: DockerSwarm) async throws {
        let old = try await ready(1, swarm.engines).map(\.1)
        try await swarm.manager.docker("service", "update", "--detach", "--force", Self.service)
        try await becomes(1, of: fleet, swarm, without: old)
    }

    /// Waits until `count` replicas are ready on `engines`, none of them `old`.
    private func ready(
        _ count: Int, _ engines: [DockerEngine], without old: [String] = []
    ) async throws -> [(DockerEngine, String)] {
        try await Patience.until(every: .milliseconds(500)) {
            var found: [(DockerEngine, String)] = []
            for engine in engines {
                found += try await containers(engine).map { (engine, $0) }
            }
            let isNew = !found.contains { old.contains($0.1) }
            return found.count == count && isNew ? found : nil
        }
    }

    /// Waits until `count` replicas are ready on `engines`, and checks the data of each.
    private func becomes(
        _ count: Int, of fleet: Fleet, _ swarm: DockerSwarm, on engines: [DockerEngine]? = nil,
        without old: [String] = []
    ) async throws {
        let found = try await ready(count, engines ?? swarm.engines, without: old)
        let expected = try await fleet.expectedListing()
        for (engine, container) in found {
            var listing = engine.command("exec", container)
            listing.arguments += Fleet.listing(of: "/data")
            let ended = try await listing.run()
            #expect(ended.status.isSuccess && ended.output == expected, "\(ended)")
        }
    }

    /// What the containers may do.
    private func restrictions(_ swarm: DockerSwarm) async throws {
        let container = try #require(try await containers(swarm.manager).first)
        let words = try await swarm.manager.docker(
            "exec", container, "sh", "-c",
            "id -u; grep CapEff /proc/self/status; touch /here 2>/dev/null || echo read-only")
        let lines = words.split(whereSeparator: \.isWhitespace)
        #expect(lines == ["12345", "CapEff:", "0000000000000000", "read-only"])
    }
}
