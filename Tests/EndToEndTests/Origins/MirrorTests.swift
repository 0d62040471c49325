import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Mirrors", .timeLimit(.minutes(3)))
struct MirrorTests {
    @Test("Several URLs of one digest are one download from all of them")
    func together() async throws {
        let given = try FileAtOrigin(bytes: 60 << 20)
        try await Origin.serving(given.origin) { origin in
            let uris = ["m=1", "m=2"].map { origin.url(FileAtOrigin.name, $0) + given.pin }
            let ended = try await given.get(uris[0], uris[1])
            #expect(ended.status == .exited(0), "\(ended)")
            let paths = Set(await origin.requests.map(\.path))
            #expect(paths.count == 2, "\(paths)")
        }
        #expect(given.isComplete)
    }

    /// Downloads a file of `bytes` from a good mirror and one that misbehaves, in both orders.
    private func expectNoHarm(by behaviour: String, bytes: Int) async throws {
        let given = try FileAtOrigin(bytes: bytes)
        try await Origin.serving(given.origin) { origin in
            let good = origin.url(FileAtOrigin.name) + given.pin
            let bad = origin.url(FileAtOrigin.name, behaviour) + given.pin
            for uris in [[good, bad], [bad, good]] {
                try? FileManager.default.removeItem(atPath: given.destination.string)
                let ended = try await given.get(uris[0], uris[1])
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(given.isComplete, "\(uris) \(ended)")
            }
        }
    }

    @Test(
        "A mirror that is slow, dead, missing, of another size or wrong does no harm",
        arguments: [
            "rate=20000", "silent=1", "status=404", "cut=0", "lie=5", "corrupt=1", "encode=1",
            "loop=1",
            "shift=1",
        ])
    func oneBad(behaviour: String) async throws {
        try await expectNoHarm(by: behaviour, bytes: 40 << 20)
    }

    @Test(
        "A mirror that lies about the size does no harm",
        arguments: [
            "total=1000", "total=100000000000000000", "ranges=0&lie=100000000000000000",
        ])
    func otherSize(behaviour: String) async throws {
        try await expectNoHarm(by: behaviour, bytes: 10 << 20)
    }

    @Test("If every mirror has wrong data, each is named and nothing is kept")
    func allBad() async throws {
        let given = try FileAtOrigin()
        try await Origin.serving(given.origin) { origin in
            let urls = ["corrupt=1", "corrupt=2"].map { origin.url(FileAtOrigin.name, $0) }
            let ended = try await given.get(urls[0] + given.pin, urls[1] + given.pin)
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.components(separatedBy: "does not match").count > 2, "\(ended)")
        }
        #expect(given.arrived.isEmpty)
    }

    @Test("URLs of different digests are alternatives")
    func alternatives() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let other = "#sha256=" + String(repeating: "0", count: 64)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name)
            let ended = try await given.get(url + other, url + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.isComplete)
    }
}
