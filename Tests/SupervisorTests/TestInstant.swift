/// Time that passes when a test says so.
struct TestInstant: InstantProtocol {
    var sinceStart: Duration

    func advanced(by duration: Duration) -> TestInstant {
        TestInstant(sinceStart: sinceStart + duration)
    }
    func duration(to other: TestInstant) -> Duration { other.sinceStart - sinceStart }
    static func < (one: TestInstant, other: TestInstant) -> Bool {
        one.sinceStart < other.sinceStart
    }
}
