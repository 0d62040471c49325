import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Chart and Quadlet units with podman", .serialized, .timeLimit(.minutes(10)))
struct PodmanTests {
    @Test("Pods of the chart's init mode get their data with kube play, the second from the first")
    func kubePlay() async throws {
        try await running { fleet, podman in
            let tools = try await KubernetesTools()
            try await fleet.withOrigin {
                try await play("one", peers: [], fleet, podman, tools)
            }
            try await play("two", peers: ["one-pod"], fleet, podman, tools)
            for release in ["one", "two"] {
                let app = "\(release)-pod-app"
                let listing = try await podman.podman(["exec", app] + Fleet.listing(of: "/data"))
                #expect(try await "\(listing)\n" == fleet.expectedListing())
                let pod = "{{.HostConfig.ReadonlyRootfs}} {{.EffectiveCaps}} {{.Config.User}}"
                let facts = try await podman.podman(
                    "inspect", "--format", pod, "\(release)-pod-seeder")
                #expect(facts == "true [] 12345:12345")
            }
        }
    }

    /// The values of the chart for a test.
    private struct Values: Encodable {
        struct Application: Encodable {
            let image: String
            let command: [String]
        }

        let image: String
        let imagePullPolicy = "Never"
        let get: [String]
        let peers: [String]
        let application: Application
        let volume: [String: [String: String]]
        let strategy = ["type": "Recreate"]
    }

    /// Plays what the chart renders, and waits until the seeder is ready.
    private func play(
        _ release: String, peers: [String], _ fleet: Fleet, _ podman: Podman,
        _ tools: KubernetesTools
    ) async throws {
        let application = Values.Application(
            image: image(of: fleet), command: ["sleep", "infinity"])
        let values = Values(
            image: image(of: fleet), get: [fleet.get], peers: peers, application: application,
            volume: ["persistentVolumeClaim": ["claimName": release]])
        let file = podman.folder.appending("values.json")
        let encoder = JSONEncoder()
        // helm reads it as YAML.
        encoder.outputFormatting = .withoutEscapingSlashes
        try encoder.encode(values).write(to: URL(filePath: file.string))
        let rendered = try await tools.render(
            chart: Fleet.file("kubernetes/chart"), release: release,
            ["--values", Fleet.file("podman/values.yaml").string, "--values", file.string])
        let name = "\(release).yaml"
        try Data(rendered.utf8).write(to: URL(filePath: podman.folder.appending(name).string))
        try await podman.podman("kube", "play", Podman.inside.appending(name).string)
        try await isReady("\(release)-pod-seeder", podman)
    }

    @Test(
        "systemd would run a container of the Quadlet unit so that it gets its data, and keeps it")
    func quadlet() async throws {
        try await running { fleet, podman in
            let units = try await self.units(fleet, podman)
            let container = try #require(units.first { $0.contains("podman run ") })
            #expect(
                container.contains("--sdnotify healthy") || container.contains("--sdnotify=healthy")
            )
            let volume = try #require(units.first { $0.contains("podman volume create ") })
            #expect(units.contains { $0.contains("podman kube play ") && $0.contains("kube.yaml") })

            try await run(volume, podman)
            try await fleet.withOrigin {
                try await run(container, podman)
                try await isReady("pierdat-app", podman)
            }
            let health = try await podman.command(["healthcheck", "run", "pierdat-app"]).run()
            #expect(health.status == .exited(0), "\(health)")
            try await podman.podman("rm", "--force", "--time", "5", "pierdat-app")
            try await run(container, podman)
            try await isReady("pierdat-app", podman)
            let listing = try await podman.podman(
                ["exec", "pierdat-app"] + Fleet.listing(of: "/data"))
            #expect(try await "\(listing)\n" == fleet.expectedListing())
        }
    }

    /// The lines ExecStart that podman's generator makes of the units.
    private func units(_ fleet: Fleet, _ podman: Podman) async throws -> [String] {
        let folder = podman.folder.appending("quadlet")
        try Script.run("mkdir", folder.string)
        for name in ["pierdat-app.container", "pierdat-data.volume", "pierdat.kube", "kube.yaml"] {
            let unit = try Package.text(of: "deploy/podman/\(name)")
                .replacing("Image=my-app", with: "Image=\(image(of: fleet))")
                .replacing("/etc/pierdat", with: Podman.inside.string)
            try Data(unit.utf8).write(to: URL(filePath: folder.appending(name).string))
        }
        let settings = try Package.text(of: "deploy/podman/app.env")
            .replacing("magnet:?xt=urn:btih:REPLACE-THIS /data", with: fleet.get)
        try #require(settings.contains(fleet.get))
        try Data(settings.utf8).write(
            to: URL(filePath: podman.folder.appending("app.env").string))
        let directories = "QUADLET_UNIT_DIRS=\(Podman.inside.appending("quadlet"))"
        let generated = try await podman.command(
            beside: ["env", directories, "/usr/libexec/podman/quadlet", "-dryrun"]
        ).run()
        #expect(generated.status == .exited(0), "\(generated)")
        return generated.output.split(separator: "\n").filter { $0.hasPrefix("ExecStart=") }
            .map(String.init)
    }

    /// Runs the line ExecStart of a unit without what only systemd provides: control groups and a notification socket.
    private func run(_ line: String, _ podman: Podman) async throws {
        let script = line.replacing("ExecStart=", with: "")
            .replacing("--cgroups=split", with: "").replacing(/--sdnotify[= ]healthy/, with: "")
            .replacing("%T", with: "/tmp").replacing("%t", with: "/run").replacing(
                "%N", with: "unit")
        let ended = try await podman.command(beside: ["sh", "-c", script]).run()
        #expect(ended.status == .exited(0), "\(ended)")
    }

    /// Its name for podman, which asks no registry for it.
    private func image(of fleet: Fleet) -> String { "localhost/\(fleet.image)" }

    private func isReady(_ container: String, _ podman: Podman) async throws {
        let _: Bool = try await Patience.until(every: .milliseconds(200)) {
            let asked = try await podman.command([
                "exec", container, "/usr/bin/pierdat", "health", "--ready",
            ]).run()
            return asked.status.isSuccess ? true : nil
        }
    }

    private func running(_ body: @Sendable (Fleet, Podman) async throws -> Void) async throws {
        try await Fleet.arranged { fleet in
            let host = try await fleet.network.host(.v4)
            let folder = try fleet.given.folder.make("podman")
            try await Podman.running(on: host, in: folder) { podman in
                try Script.run(
                    "cp", fleet.archive.string, podman.folder.appending("images.tar").string)
                try await podman.podman(
                    "load", "--input", Podman.inside.appending("images.tar").string)
                try await body(fleet, podman)
            }
        }
    }
}
