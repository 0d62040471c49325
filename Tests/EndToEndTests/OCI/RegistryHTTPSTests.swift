import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("OCI registries over https", .timeLimit(.minutes(3)))
struct RegistryHTTPSTests {
    @Test(
        "A registry with a certificate of a private authority is used if SSL_CERT_FILE names it, and else refused"
    )
    func trust() async throws {
        let given = try ArtifactInRegistry()
        let certificate = try await Certificate.make(in: given.folder.make("certificate"))
        try await RegistryServer.serving(in: given.folder.path, certificate: certificate) {
            server in
            try await given.push(to: server)
            let uri = "oci+https://\(server.authority)/\(ArtifactInRegistry.repository):v1"
            let refused = try await given.get(uri)
            #expect(refused.status == .exited(69), "\(refused)")
            #expect(refused.errors.contains("its certificate is not trusted"), "\(refused)")
            #expect(given.arrived.isEmpty)
            var overlay = given.overlay
            overlay.environment["SSL_CERT_FILE"] = certificate.authority.string
            let ended = try await overlay.pierdat(uri, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected)
        }
    }

    @Test(
        "Names of Docker Hub lead to registry-1.docker.io, and those without a user to its library",
        arguments: [("docker.io", "model"), ("index.docker.io", "library/model")])
    func dockerHub(host: String, name: String) async throws {
        let given = try ArtifactInRegistry()
        let certificate = try await Certificate.make(
            in: given.folder.make("certificate"), for: "DNS:registry-1.docker.io")
        try await RegistryServer.serving(in: given.folder.path, certificate: certificate) {
            server in
            try await given.push(to: server, repository: "library/model")
            try await ProxyServer.leading(to: server.port) { proxy, asked in
                var overlay = given.overlay
                overlay.environment["PIERDAT_PROXY"] = proxy.url
                overlay.environment["SSL_CERT_FILE"] = certificate.authority.string
                let ended = try await overlay.pierdat(
                    "oci://\(host)/\(name):v1", given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                try await asked("registry-1.docker.io:443")
            }
            #expect(given.arrived == given.expected)
        }
    }
}
