import LinuxSystem
import Testing

@testable import Supervisor

@Suite("Retry limit")
struct RetryLimitTests {
    @Test(
        "A failed download is tried again as often as the setting says",
        arguments: [
            ("on", 1000), ("off", 0), ("0", 0), ("1", 1), ("7", 7), ("no", 0), ("YES", 1000),
        ])
    func retries(text: String, count: Int) throws {
        let limit = try #require(RetryLimit(parsing: text))
        let end = TerminationStatus.exited(69)
        #expect((1...1000).prefix { limit.allowsRetry(after: $0, end) }.count == count)
        #expect(limit.allowsRetry(after: 1, .killed(signal: 9)) == (count > 0))
    }

    @Test("A wrong command line and a URI that no backend supports are not tried again")
    func hopeless() {
        for status in [64, 79] as [Int32] {
            #expect(!RetryLimit.unlimited.allowsRetry(after: 1, .exited(status)))
        }
    }

    @Test("Anything else is rejected", arguments: ["", "-1", "1.5", "often", "1000001", "1 "])
    func invalid(text: String) {
        #expect(RetryLimit(parsing: text) == nil)
    }
}
