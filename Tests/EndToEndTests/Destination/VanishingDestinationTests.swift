import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("DEST that vanishes during a download", .timeLimit(.minutes(3)))
struct VanishingDestinationTests {
    /// How it vanishes.
    enum End: CaseIterable, Sendable {
        case deleted, unmounted
    }

    private let given: Arrangement

    init() async throws {
        given = try await Arrangement(.hybrid)
    }

    private func get(_ words: String...) -> Command {
        var get = given.overlay.command("pierdat")
        get.arguments += words + [given.destination.string]
        return get
    }

    @Test("A download from peers fails, and the next one succeeds", arguments: End.allCases)
    func peers(end: End) async throws {
        var origin = try Overlay(given.folder.path.appending("origin overlay"))
        origin.environment["PIERDAT_UPLOAD_LIMIT"] = "200k"
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let get = get(given.torrent.magnet("x.pe=\(seed.address)"))
            try await vanish(end, during: get, status: 74)
            #expect(try await get.run().status == .exited(0))
        }
        #expect(try given.isComplete)
        #expect(try given.overlay.seedLines.count == 1)
    }

    @Test("A download from a web server fails, and the next one succeeds", arguments: End.allCases)
    func web(end: End) async throws {
        let file = given.data.largest
        let digest = FileAtOrigin.digest(of: try Data(contentsOf: URL(filePath: file.string)))
        try await Origin.serving(file.removingLastComponent()) { origin in
            let slow = origin.url("a%20file.bin", "rate=200000") + "#sha256=\(digest.hex)"
            try await vanish(end, during: get(slow), status: 66)
            let fast = origin.url("a%20file.bin") + "#sha256=\(digest.hex)"
            #expect(try await get(fast).run().status == .exited(0))
        }
        #expect(try given.overlay.seedLines.count == 1)
    }

    @Test("A script that does not notice has not downloaded anything", arguments: End.allCases)
    func script(end: End) async throws {
        try given.overlay.addBackend(
            "other",
            get: #"""
                echo data >"$2/file"
                while [ -e "$2/file" ] && [ ! -e "$0.quick" ]; do sleep 0.05; done
                echo "seed-other '$2'"
                """#)
        let get = get("--backend", "other", "other:x")
        try await vanish(end, during: get, status: 75)
        #expect(try given.overlay.seedLines == [])
        let quick = given.overlay.prefix.appending("usr/bin/pierdat-get-other.quick")
        try Data().write(to: URL(filePath: quick.string))
        #expect(try await get.run().status == .exited(0))
        #expect(try given.overlay.seedLines.count == 1)
    }

    /// Takes DEST away as soon as there is something in it.
    private func vanish(_ end: End, during get: Command, status: Int32) async throws {
        let destination = given.destination.string
        try Script.run("mkdir", "-p", destination)
        let get =
            end == .deleted
            ? get : get.withTemporaryFileSystem(at: given.destination, size: "64M")
        let (said, ended) = try await RunningProcess.with(get) { process in
            let view = "/proc/\(process.identifier)/root\(destination)"
            try await Patience.until {
                let names = try? FileManager.default.contentsOfDirectory(atPath: view)
                return names?.isEmpty == false ? () : nil
            }
            switch end {
            case .deleted: try Script.run("rm", "-rf", destination)
            case .unmounted:
                try Script.run(
                    "nsenter", "--target", "\(process.identifier)", "--mount", "umount", "--lazy",
                    destination)
            }
            try await process.end()
            return await process.output
        }
        #expect(ended == .exited(status), "\(said)")
    }
}
