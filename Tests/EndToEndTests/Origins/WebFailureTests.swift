import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Web servers that misbehave", .timeLimit(.minutes(3)))
struct WebFailureTests {
    @Test("A wrong digest names the URL and both digests, and nothing is kept")
    func wrongDigest() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name)
            let ended = try await given.get("\(url)#\(wrong)")
            #expect(ended.status == .exited(65), "\(ended)")
            for text in [url, wrong, given.digest.description] {
                #expect(ended.errors.contains(text), "\(ended)")
            }
        }
        #expect(given.arrived.isEmpty)
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test(
        "A connection that breaks, and a server that is busy, are tried again",
        arguments: [
            "cut=3000000", "cut=100000&times=3", "status=503&times=2&retry=1",
            "status=429&times=1&retry=2", "status=500&times=2", "ranges=0&cut=3000000&times=2",
            "chunked=1&ranges=0&cut=3000000&times=2",
        ])
    func retried(behaviour: String) async throws {
        let given = try FileAtOrigin()
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(origin.url(FileAtOrigin.name, behaviour) + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("trying again"), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test(
        "What cannot be right is refused with the reason, and nothing is recorded",
        arguments: [
            ("encode=1", 69, "content encoding gzip"), ("status=404", 69, "404"),
            ("status=403", 69, "PIERDAT_HTTP_HEADER_FILE"), ("loop=1", 69, "redirects too often"),
            ("shift=1", 69, "other bytes than were requested"),
            ("ranges=0&lie=100000000000000000000", 69, "Content-Length is not a number of bytes"),
            ("redirect=file:///etc/passwd", 69, "redirects to"),
        ])
    func refused(behaviour: String, status: Int32, words: String) async throws {
        let given = try FileAtOrigin()
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(
                "--backend", "http", origin.url(FileAtOrigin.name, behaviour) + given.pin)
            #expect(ended.status == .exited(status), "\(ended)")
            #expect(ended.errors.contains(words), "\(ended)")
        }
        #expect(given.arrived[FileAtOrigin.name] == nil)
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test("A web page in the place of a file is refused unless a digest says that it is the file")
    func page() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name, "type=text/html")
            let refused = try await given.get(url)
            #expect(refused.status == .exited(65), "\(refused)")
            #expect(refused.errors.contains("web page"), "\(refused)")
            #expect(given.arrived.isEmpty)
            let pinned = try await given.get(url + given.pin)
            #expect(pinned.status == .exited(0), "\(pinned)")
        }
    }

    @Test(
        "A body that is shorter than announced is never taken for the file", arguments: ["lie=1000"]
    )
    func truncated(behaviour: String) async throws {
        let given = try FileAtOrigin(bytes: 100_000)
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(
                "--timeout", "20", origin.url(FileAtOrigin.name, "ranges=0&\(behaviour)"))
            #expect(ended.status != .exited(0), "\(ended)")
            #expect(ended.errors.contains("truncated"), "\(ended)")
        }
        #expect(given.arrived[FileAtOrigin.name] == nil)
    }

    @Test("A body without end stops when the disk is full")
    func endless() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let destination = try given.folder.make("small")
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "endless=1&ranges=0") + given.pin
            let ended = try await given.overlay.command("pierdat", uri, destination.string)
                .withTemporaryFileSystem(at: destination, size: "32m").run()
            #expect(ended.status == .exited(80), "\(ended)")
            #expect(ended.errors.contains("did not say how much it sends"), "\(ended)")
        }
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A server that is silent is given up after --stall-timeout")
    func silent() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(
                "--stall-timeout", "2", origin.url(FileAtOrigin.name, "silent=1") + given.pin)
            #expect(ended.status == .exited(124), "\(ended)")
            #expect(ended.errors.contains("--stall-timeout"), "\(ended)")
        }
    }

    @Test("A server that nobody listens on is tried a few times, then the message says so")
    func refusedConnection() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let ended = try await given.get("--timeout", "60", "http://127.0.0.1:1/f\(given.pin)")
        #expect(ended.status == .exited(69), "\(ended)")
        #expect(ended.errors.contains("Connection refused"), "\(ended)")
    }

    @Test("A mistyped digest is reported before anything is asked")
    func mistyped() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let ended = try await given.get("http://127.0.0.1:1/f#sha265=00")
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("'sha265=00' after the '#' is not understood"), "\(ended)")
    }
}
