import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Swarms of files from web servers", .timeLimit(.minutes(3)))
struct OriginSwarmTests {
    /// Runs `body` while `pierdatd` of `given` seeds what is on its seed list. `body` gets its address.
    private func seeding<Value: Sendable>(
        _ given: FileAtOrigin, environment: [String: String] = [:],
        _ body: @Sendable (String) async throws -> Value
    ) async throws -> Value {
        var overlay = given.overlay
        overlay.environment.merge(environment) { $1 }
        return try await RunningProcess.with(overlay.command("pierdatd")) { daemon in
            let line = try await daemon.line(containing: "listening on port")
            let port = try #require(line.split(separator: " ").last)
            return try await body("127.0.0.1:\(port)")
        }.value
    }

    private func next(_ given: FileAtOrigin, peer: String) throws -> FileAtOrigin {
        var next = try FileAtOrigin(bytes: given.contents.count)
        next.overlay.environment["PIERDAT_PEERS"] = peer
        return next
    }

    /// Bytes of the file that the origin has been asked for.
    private func sent(_ origin: Origin) async -> Int {
        await origin.requests.filter { $0.status == 200 || $0.status == 206 }.reduce(0) {
            sum, request in
            let ends = request.range.drop { !$0.isNumber }.split(separator: "-").compactMap {
                Int($0)
            }
            return sum + (ends.count == 2 ? ends[1] - ends[0] + 1 : .max / 2)
        }
    }

    @Test(
        "The second download of a URL comes from the first one's container, and the third by the digest alone"
    )
    func chain() async throws {
        let first = try FileAtOrigin()
        let second = try await Origin.serving(first.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + first.pin
            let ended = try await first.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            let before = await sent(origin)
            return try await seeding(first) { peer in
                let second = try next(first, peer: peer)
                let ended = try await second.get(uri)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(second.isComplete)
                let more = await sent(origin) - before
                #expect(more < first.contents.count / 20, "\(more) bytes from the origin: \(ended)")
                return second
            }
        }
        #expect(try second.overlay.seedLines.count == 1)
        try await seeding(second) { peer in
            let third = try next(first, peer: peer)
            let ended = try await third.get(third.digest.description)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(third.isComplete)
        }
    }

    @Test("A pinned URL whose server is gone is downloaded from peers")
    func pinned() async throws {
        let first = try FileAtOrigin()
        let pinned = try await Origin.serving(first.origin) { origin in
            let ended = try await first.get(origin.url(FileAtOrigin.name) + first.pin)
            return try #require(ended.errors.firstMatch(of: /use '([^']+)'/)?.1).description
        }
        try await seeding(first) { peer in
            let second = try next(first, peer: peer)
            let ended = try await second.get(pinned)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(!ended.errors.contains("Connection refused"), "\(ended)")
            #expect(second.isComplete)
            #expect(try first.overlay.seedLines.count == second.overlay.seedLines.count)
        }
    }

    @Test(
        "A pinned URL that no peer has is downloaded from the server, with and without a torrent beside it"
    )
    func cold() async throws {
        let given = try FileAtOrigin()
        let ended = try await given.overlay.pierdat(
            "publish", "--canonical", "-o", given.origin.appending("t").string,
            given.origin.appending(FileAtOrigin.name).string)
        let hash = try #require(ended.output.firstMatch(of: /info-hash v1: ([0-9a-f]{40})/)?.1)
        for hasTorrent in [false, true] {
            let next = try next(given, peer: "127.0.0.1:1")
            if hasTorrent {
                try FileManager.default.moveItem(
                    atPath: given.origin.appending("t").string,
                    toPath: given.origin.appending("\(FileAtOrigin.name).torrent").string)
            }
            try await Origin.serving(given.origin) { origin in
                let uri = origin.url(FileAtOrigin.name) + given.pin + "&xt=urn:btih:\(hash)"
                let ended = try await next.get(uri)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(
                    ended.errors.contains("asking the web server, too") == hasTorrent, "\(ended)")
                #expect(!ended.errors.contains("to pin this data"), "\(ended)")
            }
            #expect(next.isComplete)
        }
    }

    @Test("A download from the server goes over to peers that turn up, and keeps what it has")
    func goesOver() async throws {
        let first = try FileAtOrigin(bytes: 60 << 20)
        try await Origin.serving(first.origin) { origin in
            let fast = origin.url(FileAtOrigin.name) + first.pin
            let ended = try await first.get(fast)
            #expect(ended.status == .exited(0), "\(ended)")
            // The name has no address until the seeder is there.
            let port = try FreePort.any()
            let second = try next(first, peer: "127.0.0.1:\(port)")
            let slow = origin.url(FileAtOrigin.name, "rate=500000") + first.pin
            let command = second.overlay.command("pierdat", slow, second.destination.string)
            try await RunningProcess.with(command) { process in
                try await origin.answered("rate=500000")
                try await seeding(first, environment: ["PIERDAT_PORT": "\(port)"]) { _ in
                    _ = try await process.line(containing: "peers have the data")
                    try await process.end()
                }
            }
            #expect(second.isComplete)
        }
    }

    @Test(
        "Peers go on with what an interrupted download from the server has left, and nothing else remains"
    )
    func resumedByPeers() async throws {
        let first = try FileAtOrigin()
        try await Origin.serving(first.origin) { origin in
            let url = origin.url(FileAtOrigin.name)
            let ended = try await first.get(url + first.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            try await seeding(first) { peer in
                let second = try next(first, peer: peer)
                var alone = second.overlay
                alone.environment["PIERDAT_PEERS"] = nil
                let slow = origin.url(FileAtOrigin.name, "rate=2000000") + first.pin
                let get = alone.command("pierdat", slow, second.destination.string)
                try await RunningProcess.with(get) { process in
                    try await origin.answered("rate=2000000")
                    try await Patience.until {
                        second.partial.flatMap { $0.allocated > 1 << 20 ? () : nil }
                    }
                    try process.send(SIGTERM)
                    try await process.end()
                }
                let resumed = try await second.get(slow)
                #expect(resumed.status == .exited(0), "\(resumed)")
                #expect(resumed.errors.contains("are there already and verified"), "\(resumed)")
                #expect(second.isComplete)
            }
        }
    }

    @Test("What a torrent has left in DEST is gone when the server has sent the file")
    func leftOver() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let rest = given.destination.appending(".pierdat-sha256-\(given.digest.hex.prefix(16))")
        try FileManager.default.createDirectory(
            atPath: rest.appending("x").string, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: rest.appending("x").appending("y").string))
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(origin.url(FileAtOrigin.name) + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test("Peers that have less than all of the data, or are slow, are helped by the server")
    func slowPeer() async throws {
        let first = try FileAtOrigin()
        try await Origin.serving(first.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + first.pin
            let ended = try await first.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            try await seeding(first, environment: ["PIERDAT_UPLOAD_LIMIT": "100k"]) { peer in
                let second = try next(first, peer: peer)
                let ended = try await second.get(uri)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("asking the web server, too"), "\(ended)")
                #expect(second.isComplete)
            }
        }
    }

    @Test(
        "A peer that offers another file under the digest is banned, and the server sends the right one"
    )
    func liar() async throws {
        let given = try FileAtOrigin()
        let liar = try FileAtOrigin()
        let file = liar.origin.appending(FileAtOrigin.name)
        try FileAtOrigin.data(liar.contents.count, seed: 2).write(to: URL(filePath: file.string))
        let published = try await liar.overlay.pierdat("publish", "--canonical", file.string)
        let own = try #require(published.output.firstMatch(of: /digest: (sha256:[0-9a-f]{64})/)?.1)
        let hash = try #require(published.output.firstMatch(of: /info-hash v1: ([0-9a-f]{40})/)?.1)
        // The digest in its saved torrent becomes that of the wanted file.
        let saved = URL(
            filePath: liar.overlay.prefix.appending("var/lib/pierdat/\(hash).torrent").string)
        var torrent = try Data(contentsOf: saved)
        let place = try #require(torrent.range(of: Data(own.utf8)))
        torrent.replaceSubrange(place, with: Data(given.digest.description.utf8))
        try torrent.write(to: saved)
        try await Origin.serving(given.origin) { origin in
            try await seeding(liar) { peer in
                let next = try next(given, peer: peer)
                let ended = try await next.get(origin.url(FileAtOrigin.name) + given.pin)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(
                    ended.errors.contains("has named a wrong torrent, and is banned"), "\(ended)")
                #expect(next.isComplete)
            }
        }
    }

    @Test("With --checksum, a torrent whose file has another digest leads to nothing")
    func checksum() async throws {
        let first = try FileAtOrigin(bytes: 1_000_000)
        let torrent = try await Origin.serving(first.origin) { origin in
            let ended = try await first.get(origin.url(FileAtOrigin.name) + first.pin)
            return try #require(ended.errors.firstMatch(of: /xt=(urn:btih:[0-9a-f]+)/)?.1)
                .description
        }
        try await seeding(first) { peer in
            let second = try next(first, peer: peer)
            let other = "sha256:" + String(repeating: "0", count: 64)
            let wrong = try await second.get("--checksum", other, "magnet:?xt=\(torrent)")
            #expect(wrong.status == .exited(65), "\(wrong)")
            #expect(second.arrived.isEmpty)
            let right = try await second.get(
                "--checksum", second.digest.description, "magnet:?xt=\(torrent)")
            #expect(right.status == .exited(0), "\(right)")
            #expect(second.isComplete)
        }
    }

    @Test("A torrent of the same digest with another name is not used for the URL")
    func otherName() async throws {
        let first = try FileAtOrigin()
        try await Origin.serving(first.origin) { origin in
            let url = origin.url(FileAtOrigin.name) + first.pin
            let ended = try await first.get(url + "&name=other")
            #expect(ended.status == .exited(0), "\(ended)")
            try await seeding(first) { peer in
                let second = try next(first, peer: peer)
                let ended = try await second.get(url)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(second.isComplete)
            }
        }
    }
}
