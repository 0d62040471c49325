import Foundation
import PeerFixtures
import Testing

@Suite("The demo with Docker", .timeLimit(.minutes(5)))
struct DockerDemoTests {
    @Test("shows six images built in a chain, with the origin gone after the first")
    func demo() async throws {
        let engine = try await DockerEngine()
        let command = engine.script("demo-docker", environment: ["DEMO_MEGABYTES": "5"])
        let ended = try await command.run()
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.output.components(separatedBy: "No difference: all of 4 files").count == 4)
    }
}
