import Foundation
import PeerFixtures
import SystemPackage
import Testing

/// No Kubernetes runs here, so these tests prove what is rendered, not what a kubelet does with it.
@Suite("Kubernetes chart and kustomization", .timeLimit(.minutes(10)))
struct KubernetesTests {
    private static let folder = Package.root.appending("deploy/kubernetes")
    private static let chart = folder.appending("chart")
    private static let basics = [
        "image=my-pierdat", "application.image=my-app", "get={sha256:00 /data}",
    ]

    /// A way to run the pods.
    enum Mode: String, CaseIterable {
        case entrypoint, `init`, sidecar
    }

    @Test("helm lint finds nothing in the chart, with and without its options")
    func lint() async throws {
        let tools = try await KubernetesTools()
        for options in [[], ["seeder.enabled=true", "podMonitor.enabled=true"]] {
            var arguments: [String] = []
            for option in Self.basics + options { arguments += ["--set", option] }
            let ended = try await tools.lint(Self.chart, arguments)
            #expect(ended.status == .exited(0) && !ended.output.contains("[WARN"), "\(ended)")
        }
    }

    @Test("A value that the chart does not know, or an impossible one, is refused by name")
    func schema() async throws {
        let tools = try await KubernetesTools()
        for (value, words) in [
            ("replica=3", "replica"), ("mode=magic", "mode"), ("user=0", "user"),
            ("port=70000", "port"),
        ] {
            let ended = try await tools.helm(
                "template", "fleet", Self.chart.string, "--set", "image=my-pierdat", "--set", value)
            #expect(ended.status == .exited(1) && ended.errors.contains(words), "\(ended)")
        }
        let ended = try await tools.helm("template", "fleet", Self.chart.string)
        #expect(ended.errors.contains("image: the image with Pierdat"), "\(ended)")
    }

    @Test("A claim that several pods would share is refused, and accepted for one replica")
    func claims() async throws {
        let tools = try await KubernetesTools()
        let claim = "volume.persistentVolumeClaim.claimName=data"
        let recreated = "strategy.type=Recreate"
        for (options, words) in [
            ([claim, recreated], "replicas: 1"), ([claim, "replicas=1"], "Recreate"),
            (["seeder.enabled=true", "seeder.\(claim)"], "seeder.volume"),
            ([claim, "replicas=1", recreated], ""),
        ] {
            let values = (Self.basics + options).joined(separator: ",")
            let ended = try await tools.helm(
                "template", "fleet", Self.chart.string, "--set", values)
            #expect(ended.status.isSuccess == words.isEmpty, "\(ended)")
            #expect(words.isEmpty || ended.errors.contains(words), "\(ended)")
        }
    }

    @Test(
        "What the chart renders is valid, restricted, and probed so that no probe ends a download",
        arguments: Mode.allCases, ["http", "exec"])
    func rendered(mode: Mode, probes: String) async throws {
        let options = [
            "mode=\(mode)", "probes=\(probes)", "seeder.enabled=true", "podMonitor.enabled=true",
            "environment.PIERDAT_DHT=off", "application.ports[0].containerPort=8080",
        ]
        var arguments: [String] = []
        for option in Self.basics + options { arguments += ["--set", option] }
        let tools = try await KubernetesTools()
        try await check(
            tools.render(chart: Self.chart, arguments), by: tools, mode,
            workloads: ["fleet", "fleet-seeder"])
    }

    @Test(
        "What the kustomization and its components render is valid, restricted, and probed likewise",
        arguments: Mode.allCases)
    func kustomized(mode: Mode) async throws {
        let work = try TemporaryFolder()
        let components = [mode == .entrypoint ? nil : mode.rawValue, "seeder", "podmonitor"]
        let up = String(repeating: "../", count: work.path.components.count)
        let place = up + Self.folder.string.dropFirst()
        let lines =
            ["resources: [\(place)/base]", "components:"]
            + components.compactMap { $0 }.map { "- \(place)/components/\($0)" }
            + [
                "configMapGenerator:",
                "- {name: pierdat, behavior: merge, literals: [\"PIERDAT_GET=sha256:00 /data\"]}",
            ]
        try Data(lines.joined(separator: "\n").utf8).write(
            to: URL(filePath: work.path.appending("kustomization.yaml").string))
        let tools = try await KubernetesTools()
        let rendered = try await tools.kustomize(work.path)
        #expect(rendered.contains("PIERDAT_GET: sha256:00 /data"))
        try await check(rendered, by: tools, mode, workloads: ["pierdat", "pierdat-seeder"])
    }

    @Test("The pod for podman is what the chart renders with the values beside it")
    func podman() async throws {
        let tools = try await KubernetesTools()
        let values = Package.root.appending("deploy/podman/values.yaml")
        let rendered = try await tools.render(
            chart: Self.chart, release: "pierdat", ["--values", values.string])
        let kept = try Package.text(of: "deploy/podman/kube.yaml")
        #expect(
            kept.split(separator: "\n").filter { !$0.hasPrefix("#") }
                == rendered.split(separator: "\n").filter { !$0.hasPrefix("#") })
    }

    private func check(
        _ rendered: String, by tools: KubernetesTools, _ mode: Mode, workloads: [String]
    ) async throws {
        let work = try TemporaryFolder()
        let file = work.path.appending("rendered.yaml")
        try Data(rendered.utf8).write(to: URL(filePath: file.string))
        let validated = try await tools.validate(file)
        #expect(validated.status == .exited(0), "\(validated)")
        // The kind of Prometheus' operator is not one of Kubernetes, so only this test knows its fields.
        let unknown = "\(validated)".split(separator: "\n").filter { $0.contains("find schema") }
        #expect(unknown.count == 1 && unknown.allSatisfy { $0.contains("kind PodMonitor") })

        let objects = try await tools.objects(in: file, as: KubernetesObject.self)
        #expect(objects.compactMap { $0.pod == nil ? nil : $0.metadata.name }.sorted() == workloads)
        for pod in objects.compactMap(\.pod) {
            #expect(PodSecurity.violations(of: pod) == [])
            #expect(pod.automountServiceAccountToken == false)
            try checkProbes(of: pod)
        }
        let service = try #require(objects.first { $0.kind == "Service" }?.spec)
        #expect(service.clusterIP == "None" && service.publishNotReadyAddresses == true)
        let monitor = try #require(objects.first { $0.kind == "PodMonitor" }?.spec)
        #expect(monitor.podMetricsEndpoints?.map(\.port) == ["metrics"])
        // The rules in deploy/grafana ask for job="pierdat".
        let job = try #require(monitor.jobLabel)
        for pod in objects.compactMap({ $0.spec?.template }) {
            #expect(pod.metadata.labels[job] == "pierdat")
        }
        try checkPolicy(objects)
        let app = try #require(objects.first { $0.kind == "Deployment" }?.pod)
        checkMode(of: app, mode)
    }

    /// The policy applies to every pod here, and to no other pod of the namespace.
    private func checkPolicy(_ objects: [KubernetesObject]) throws {
        let policy = try #require(objects.first { $0.kind == "NetworkPolicy" }?.spec)
        let selected = try #require(policy.podSelector?.matchLabels)
        #expect(selected["app.kubernetes.io/name"] == "pierdat")
        for pod in objects.compactMap({ $0.spec?.template }) {
            #expect(selected.allSatisfy { pod.metadata.labels[$0.key] == $0.value }, "\(pod)")
        }
    }

    /// Liveness and startup ask whether pierdatd runs, and only readiness asks for the data, except in a native sidecar.
    private func checkProbes(of pod: PodSpecification) throws {
        let served = pod.allContainers.filter { $0.isPierdat && $0.livenessProbe != nil }
        #expect(served.count == 1)
        let container = try #require(served.first)
        #expect(container.livenessProbe?.asks == "live")
        #expect(container.readinessProbe?.asks == "ready")
        let startup = try #require(container.startupProbe)
        #expect(startup.asks == (container.restartPolicy == "Always" ? "ready" : "live"))
        if container.restartPolicy == "Always" {
            #expect((startup.failureThreshold ?? 0) * (startup.periodSeconds ?? 0) >= 86400)
        }
        // Prometheus scrapes a pod once for each port with this name.
        let ports = pod.allContainers.flatMap { $0.ports ?? [] }.compactMap(\.name)
        #expect(ports.filter { $0 == "metrics" }.count == 1)
        #expect((container.ports ?? []).compactMap(\.name).contains("metrics"))
    }

    private func checkMode(of pod: PodSpecification, _ mode: Mode) {
        let initial = (pod.initContainers ?? []).map { "\($0.name) \($0.restartPolicy ?? "once")" }
        switch mode {
        case .entrypoint:
            #expect(initial == [] && pod.containers.map(\.name) == ["app"])
        case .`init`:
            #expect(initial == ["fetch once"] && pod.containers.map(\.name) == ["app", "seeder"])
        case .sidecar:
            #expect(initial == ["pierdat Always"] && pod.containers.map(\.name) == ["app"])
        }
        guard mode != .entrypoint, let app = pod.containers.first else { return }
        #expect(app.volumeMounts?.map(\.readOnly) == [true] && app.image == "my-app")
    }
}

extension PodContainer.Probe {
    /// What it asks pierdatd.
    fileprivate var asks: String? {
        switch (httpGet?.path, exec?.command) {
        case ("/livez", nil), (nil, ["/usr/bin/pierdat", "health"]): "live"
        case ("/readyz", nil), (nil, ["/usr/bin/pierdat", "health", "--ready"]): "ready"
        default: nil
        }
    }
}
