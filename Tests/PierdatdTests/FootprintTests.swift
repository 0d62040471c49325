import Glibc
import LinuxSystem
import Testing

/// Not in ``Promises``, because it takes long without using the CPU.
@Suite("Resource use of pierdatd", .ownThread, .timeLimit(.minutes(3)))
struct FootprintTests {
    @Test("pierdatd with a hundred lines uses 12 MB and one thread, and never wakes up for nothing")
    func atRest() throws {
        let site = try Site()
        try site.seed((0..<100).map { "sleep \(1000 + $0)" })
        let daemon = try site.start(command: ["sleep", "1000"])
        try waitUntil("all run") {
            daemon.children.count { ProcessStatus(pid: $0).arguments.first == "sleep" } == 101
        }
        let status = ProcessStatus(pid: daemon.pid)
        try waitUntil("pierdatd sleeps") { status["State"]?.first == "S" }
        let guardian = ProcessStatus(pid: try #require(daemon.seederGuard))
        try waitUntil("its guard sleeps, too") {
            guardian["Name"] == "pierdat-guard" && guardian["State"]?.first == "S"
        }
        let before = [status, guardian].map(\.contextSwitches)
        poll(nil, 0, 30_000)
        #expect([status, guardian].map(\.contextSwitches) == before)
        #expect(status.number("VmHWM") <= 12_000)
        #expect(status.number("Threads") == 1)
    }
}
