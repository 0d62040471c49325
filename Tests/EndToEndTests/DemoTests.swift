import PeerFixtures
import Testing

@Suite("Demo", .timeLimit(.minutes(3)))
struct DemoTests {
    @Test("The demo's file reaches a third machine byte for byte after the web server is gone")
    func demo() async throws {
        let command = Command(
            Package.root.appending("scripts/demo"), [], environment: ["DEMO_MEGABYTES": "5"])
        let ended = try await command.run()
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.output.contains("Yes: all of 5000000 bytes."))
        #expect(ended.output.contains("Yes: all of 3 files."))
        #expect(ended.output.contains("RUN --network=host pierdat 'magnet:?xt=urn:btih:"))
    }
}
