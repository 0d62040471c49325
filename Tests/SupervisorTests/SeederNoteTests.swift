import Glibc
import Metrics
import SeedList
import Testing

@testable import Supervisor

@Suite("Reports of seeders")
struct SeederNoteTests {
    @Test("A datagram sets the status and the report, and other fields are ignored")
    func datagram() {
        let note = note(
            "READY=1\nX_PIERDAT_SERVING=served=2 damaged=1\nSTATUS=port 1\nX_PIERDAT_WHY=/srv/a: gone\nX=y"
        )
        #expect(note.status == "port 1")
        #expect(note.serving?.counts == [.served: 2, .damaged: 1])
        #expect(note.serving?.reason == "/srv/a: gone")
    }

    @Test("Fields that a later datagram does not contain keep their value")
    func later() {
        var note = note("STATUS=one\nX_PIERDAT_SERVING=missing=1")
        note.take(Array("STATUS=two".utf8))
        #expect(note.status == "two")
        #expect(note.serving?.counts == [.missing: 1])
        note.take(Array("X_PIERDAT_SERVING=served=1".utf8))
        #expect(note.status == "two")
        #expect(note.serving?.isHealthy == true)
    }

    @Test("An empty status clears the status")
    func empty() {
        var note = note("STATUS=one")
        note.take(Array("STATUS=".utf8))
        #expect(note.status == nil)
    }

    /// Pids that no process has.
    private static let ended: [pid_t] = [5_000_001, 5_000_002]

    @Test("Counters do not decrease when a backend that counts from 0 follows one that has ended")
    func follower() {
        var note = SeederNote()
        note.take(Self.report(received: 7, peers: 2), from: Self.ended[0])
        note.take(Self.report(received: 3, peers: 1), from: getpid())
        #expect(note.metrics.numbers == Self.numbers(received: 10, peers: 1))
        note.take(Self.report(received: 8, peers: 1), from: getpid())
        #expect(note.metrics.numbers == Self.numbers(received: 15, peers: 1))
    }

    @Test("A program that starts a process for each report is not counted twice")
    func senders() {
        var note = SeederNote()
        for (number, pid) in Self.ended.enumerated() {
            note.take(Self.report(received: 7 + number, peers: number), from: pid)
        }
        #expect(note.metrics.numbers == Self.numbers(received: 8, peers: 1))
    }

    @Test("The numbers of two processes that run at the same time are added")
    func together() {
        var note = SeederNote()
        for received in 1...3 {
            note.take(Self.report(received: received, peers: 1), from: getpid())
            note.take(Self.report(received: 10 * received, peers: 1), from: getppid())
        }
        #expect(note.metrics.numbers == Self.numbers(received: 33, peers: 2))
    }

    private static func numbers(received: Double, peers: Double) -> [MetricSample.Key: Double] {
        [.init("received_bytes_total"): received, .init("peers"): peers]
    }

    private static func report(received: Int, peers: Int) -> [UInt8] {
        Array(
            MetricReport.datagrams([
                MetricSample("received_bytes_total", [], Double(received)),
                MetricSample("peers", [], Double(peers)),
            ])[0].utf8)
    }

    private func note(_ datagram: String) -> SeederNote {
        var note = SeederNote()
        note.take(Array(datagram.utf8))
        return note
    }
}
