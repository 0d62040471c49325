import Foundation
import PeerFixtures
import Testing

@Suite("Docker demo", .timeLimit(.minutes(5)))
struct DockerDemoTests {
    @Test("The demo builds six images in a chain, without the origin after the first")
    func demo() async throws {
        let engine = try await DockerEngine()
        let command = engine.script("demo-docker", environment: ["DEMO_MEGABYTES": "5"])
        let ended = try await command.run()
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.output.components(separatedBy: "No difference: all of 4 files").count == 4)
    }
}
