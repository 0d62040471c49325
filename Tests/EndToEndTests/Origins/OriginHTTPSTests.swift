import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Files from HTTPS servers", .timeLimit(.minutes(3)))
struct OriginHTTPSTests {
    @Test("A file is downloaded if SSL_CERT_FILE names the server's authority, and else refused")
    func trust() async throws {
        let given = try FileAtOrigin()
        let certificate = try await Certificate.make(in: given.folder.make("certificate"))
        try await WebServer.serving(
            given.origin, state: given.folder.make("nginx"), certificate: certificate
        ) { server in
            let uri = server.url + FileAtOrigin.name + given.pin
            let refused = try await given.get(uri)
            #expect(refused.status == .exited(69), "\(refused)")
            #expect(refused.errors.contains("its certificate is not trusted"), "\(refused)")
            #expect(refused.errors.contains("set SSL_CERT_FILE to its certificate"), "\(refused)")
            #expect(given.arrived.isEmpty)

            var overlay = given.overlay
            overlay.environment["SSL_CERT_FILE"] = certificate.authority.string
            let otherName = try await overlay.pierdat(
                uri.replacing("127.0.0.1", with: "localhost"), given.destination.string)
            #expect(otherName.status == .exited(69), "\(otherName)")
            #expect(
                otherName.errors.contains("its certificate is for another name"), "\(otherName)")

            let ended = try await overlay.pierdat(uri, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("use '\(uri)&xt="), "\(ended)")
        }
        #expect(given.isComplete)
    }
}
