import Testing

@testable import Supervisor

@Suite("Shutdown")
struct ShutdownTests {
    @Test("Seeders are stopped at the end of the grace period, then everything is killed")
    func steps() throws {
        let start = SuspendingClock.now
        let grace = try #require(GracePeriod(parsing: "10"))
        var shutdown = Shutdown(at: start, grace: grace)
        #expect(shutdown.end == start + .seconds(10))
        #expect(shutdown.deadline == start + .seconds(9))
        #expect(shutdown.next(at: start + .seconds(8.9)) == nil)
        #expect(shutdown.next(at: start + .seconds(9)) == .stopSeeders)
        #expect(shutdown.deadline == shutdown.end)
        #expect(shutdown.next(at: start + .seconds(9.9)) == nil)
        #expect(shutdown.next(at: start + .seconds(10)) == .killProgram)
        #expect(shutdown.deadline == nil)
        #expect(shutdown.next(at: start + .seconds(20)) == nil)
    }

    @Test("Without a grace period the steps follow at once in the same order")
    func noGrace() throws {
        let start = SuspendingClock.now
        var shutdown = Shutdown(at: start, grace: try #require(GracePeriod(parsing: "0")))
        #expect(shutdown.next(at: start) == .stopSeeders)
        #expect(shutdown.next(at: start) == .killProgram)
        #expect(shutdown.next(at: start) == nil)
    }
}
