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

    private func note(_ datagram: String) -> SeederNote {
        var note = SeederNote()
        note.take(Array(datagram.utf8))
        return note
    }
}
