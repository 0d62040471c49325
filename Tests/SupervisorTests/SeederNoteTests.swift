import SeedList
import Testing

@testable import Supervisor

@Suite("A seeder's note")
struct SeederNoteTests {
    @Test("takes the status and how it serves from one datagram, and skips all else")
    func datagram() {
        let note = note(
            "READY=1\nX_PIERDAT_SERVING=served=2 damaged=1\nSTATUS=port 1\nX_PIERDAT_WHY=/srv/a: gone\nX=y"
        )
        #expect(note.status == "port 1")
        #expect(note.serving?.counts == [.served: 2, .damaged: 1])
        #expect(note.serving?.reason == "/srv/a: gone")
    }

    @Test("keeps what a later datagram does not mention")
    func later() {
        var note = note("STATUS=one\nX_PIERDAT_SERVING=missing=1")
        note.take(Array("STATUS=two".utf8))
        #expect(note.status == "two")
        #expect(note.serving?.counts == [.missing: 1])
        note.take(Array("X_PIERDAT_SERVING=served=1".utf8))
        #expect(note.status == "two")
        #expect(note.serving?.isHealthy == true)
    }

    @Test("forgets a status that is empty now")
    func empty() {
        var note = note("STATUS=one")
        note.take(Array("STATUS=".utf8))
        #expect(note.status == nil)
    }

    private func note(_ datagram: String) -> SeederNote {
        var note = SeederNote()
        note.take(Array(datagram.utf8))
        return note
    }
}
