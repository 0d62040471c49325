import PeerFixtures
import Testing

@Suite("The demo", .timeLimit(.minutes(3)))
struct DemoTests {
    @Test("shows the data reach a third machine with the origin gone, byte for byte")
    func demo() async throws {
        let command = Command(
            Package.root.appending("scripts/demo"), [], environment: ["DEMO_MEGABYTES": "5"])
        let ended = try await command.run()
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.output.contains("Yes: all of 7 files."))
        #expect(ended.output.contains("RUN --network=host pierdat 'magnet:?xt=urn:btih:"))
    }
}
