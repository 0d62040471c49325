import PeerFixtures
import SystemPackage
import Testing

@Suite("Files of the deployment kit", .timeLimit(.minutes(3)))
struct DeploymentFilesTests {
    /// What in deploy/ is run by which suite.
    private static let suites = [
        "Dockerfile": "StackTests, ComposeTests, PodmanTests",
        "compose/compose.yaml": "ComposeTests",
        "compose/shared.yaml": "ComposeTests",
        "grafana/": "DashboardTests",
        "kubernetes/base/": "KubernetesTests",
        "kubernetes/chart/": "KubernetesTests, PodmanTests",
        "kubernetes/components/": "KubernetesTests",
        "podman/app.env": "PodmanTests",
        "podman/kube.yaml": "KubernetesTests, PodmanTests",
        "podman/pierdat-app.container": "PodmanTests",
        "podman/pierdat-data.volume": "PodmanTests",
        "podman/pierdat.kube": "PodmanTests",
        "podman/values.yaml": "KubernetesTests, PodmanTests",
        "swarm/monitoring.yaml": "StackTests",
        "swarm/prometheus.yml": "StackTests",
        "swarm/stack.yaml": "StackTests",
        "systemd/example.env": "SystemdTests",
        "systemd/pierdat-ready@.service": "SystemdTests",
        "systemd/pierdat@.service": "SystemdTests",
        "systemd/sysusers.conf": "SystemdTests",
    ]

    @Test("Every file is run by a suite of tests")
    func covered() throws {
        let folder = Package.root.appending("deploy").string + "/"
        for file in try Package.files(below: "deploy") {
            let name = String(file.string.dropFirst(folder.count))
            #expect(
                Self.suites.keys.contains { name == $0 || $0.hasSuffix("/") && name.hasPrefix($0) },
                "no suite runs deploy/\(name)")
        }
    }

    @Test("No file names a registry, an account or an address")
    func placeholders() throws {
        for file in try Package.files(below: "deploy") where file.extension != "json" {
            let name = file.string.dropFirst(Package.root.string.count + 1)
            for line in try Package.text(of: String(name)).split(separator: "\n") {
                guard let match = line.firstMatch(of: /^[- ]*[Ii]mage[:=] *(\S+)/) else { continue }
                #expect(!match.1.contains("/") && !match.1.contains("@"), "\(name): \(line)")
            }
        }
    }
}
