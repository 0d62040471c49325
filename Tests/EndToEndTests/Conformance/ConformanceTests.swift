import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("pierdat test-backend", .timeLimit(.minutes(10)))
struct ConformanceTests {
    /// Rules that do not apply to any backend in these tests: no URI has a password.
    private static let never: Set = ["get-hides-secrets"]

    @Test("The built-in backend http follows the contract")
    func http() async throws {
        let given = try FileAtOrigin(bytes: 4 << 20)
        try await Origin.serving(given.origin) { origin in
            // Slow enough to be stopped half-way.
            let uri = origin.url(FileAtOrigin.name, "rate=8000000") + given.pin
            let run = try await ConformanceRun(
                of: "http", uri, ["--expect", "\(given.digest)"], in: given.overlay)
            #expect(run.ended.status == .exited(0), "\(run.ended)")
            #expect(run.rules("not checked").isEmpty, "\(run.ended)")
            let missing = run.rules("not applicable").subtracting(Self.never)
            #expect(missing == ["serve-runs"], "\(run.ended)")
        }
    }

    @Test("The built-in backend bittorrent follows the contract")
    func bitTorrent() async throws {
        let given = try await Arrangement(.hybrid)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        var overlay = given.overlay
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "2M"
        let slow = overlay
        try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let uri = given.torrent.magnet("x.pe=\(seed.address)")
            let run = try await ConformanceRun(of: "bittorrent", uri, in: slow)
            #expect(run.ended.status == .exited(0), "\(run.ended)")
            #expect(run.rules("not checked").isEmpty, "\(run.ended)")
            let missing = run.rules("not applicable").subtracting(Self.never)
            #expect(missing == ["get-delivers-expected"], "\(run.ended)")
        }
    }

    @Test("The backend aria2c follows the contract")
    func aria2c() async throws {
        let given = try await Arrangement()
        try await Tracker.tracking([given.torrent], in: given.folder.path) { tracker in
            let uri = given.torrent.magnet("tr=\(tracker.announce())")
            try await Aria2.seeding(given.torrent, given.data, tracker: tracker) { _ in
                let run = try await ConformanceRun(of: "aria2c", uri, in: given.overlay)
                #expect(run.ended.status == .exited(0), "\(run.ended)")
                #expect(run.rules("not checked").isEmpty, "\(run.ended)")
            }
        }
    }

    @Test("A backend that follows the contract breaks no rule, and the kit deletes its files")
    func copy() async throws {
        let given = try CopyBackend()
        var overlay = given.overlay
        overlay.environment["TMPDIR"] = try given.folder.make("temporary files").string
        let run = try await ConformanceRun(of: CopyBackend.name, given.uri, in: overlay)
        #expect(run.ended.status == .exited(0), "\(run.ended)")
        #expect(run.rules("broken").isEmpty, "\(run.ended)")
        #expect(run.rules("not checked").isEmpty, "\(run.ended)")
        #expect(run.findings.count > 30, "\(run.ended)")
        let left = try FileManager.default.contentsOfDirectory(
            atPath: overlay.environment["TMPDIR"] ?? "")
        #expect(left.isEmpty)
    }

    @Test("An ordinary user can run the kit")
    func ordinaryUser() async throws {
        let given = try CopyBackend()
        let command = given.overlay.command("pierdat", "test-backend", CopyBackend.name, given.uri)
        let run = ConformanceRun(try await command.as("nobody").run())
        #expect(run.ended.status == .exited(0), "\(run.ended)")
        #expect(run.rules("not checked") == ["seed-as-other-user"], "\(run.ended)")
    }

    @Test("A wrong digest of the data is a broken rule")
    func otherDigest() async throws {
        let given = try CopyBackend()
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        let run = try await given.test(["--expect", wrong, "--only", "get-delivers-expected"])
        #expect(run.ended.status == .exited(1), "\(run.ended)")
        #expect(run.rules("broken") == ["get-delivers-expected"], "\(run.ended)")
    }

    @Test("A password in a seed line is a broken rule")
    func password() async throws {
        let given = try CopyBackend([
            .check: ":", .begin: "from=/${1#*//*/}; file=$2/${from##*/}",
            .line: #"echo "pierdat-seed-copy $1""#,
        ])
        let uri = given.uri.replacing("copy:/", with: "copy://user:hunter2@host/")
        let run = try await ConformanceRun(
            of: CopyBackend.name, uri, ["--only", "get-hides-secrets"], in: given.overlay)
        #expect(run.rules("broken") == ["get-hides-secrets"], "\(run.ended)")
        #expect(!run.ended.output.contains("hunter2"), "\(run.ended)")
    }

    @Test(
        "An unknown backend or rule is an error",
        arguments: [
            (["x", "x:y"], Int32(79)), (["--only", "x", "copy", "copy:/"], Int32(64)),
        ])
    func unknown(arguments: [String], status: Int32) async throws {
        let given = try CopyBackend()
        let ended = try await given.overlay.pierdat(["test-backend"] + arguments)
        #expect(ended.status == .exited(status), "\(ended)")
    }

    @Test("SIGTERM ends the kit, and it leaves neither processes nor files")
    func interrupted() async throws {
        let given = try CopyBackend([.begin: "echo it runs >&2; sleep 1000"])
        var overlay = given.overlay
        let folder = try given.folder.make("temporary files")
        overlay.environment["TMPDIR"] = folder.string
        let command = overlay.command(
            "pierdat", "test-backend", "--only", "get-succeeds", CopyBackend.name, given.uri)
        // A process that still ran would hold the output open beyond the test's time limit.
        let (_, status) = try await RunningProcess.with(command) { process in
            try await Patience.until { process.children.isEmpty ? nil : () }
            try process.send(SIGTERM)
            try await process.end()
        }
        #expect(status == .exited(128 + SIGTERM))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.string).isEmpty)
    }
}
