/// A clock controlled by the test.
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
