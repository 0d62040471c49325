import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Processes that download to one DEST", .timeLimit(.minutes(3)))
struct OneWriterTests {
    @Test("Replicas that start together all succeed, and the data is downloaded once from peers")
    func peers() async throws {
        let given = try await Arrangement(.hybrid)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        let replicas = try (0..<3).map { try Overlay(given.folder.path.appending("replica \($0)")) }
        try await origin.seeding(given.torrent, in: given.data.folder) {
            seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            let ended = try await withThrowingTaskGroup(of: Ended.self) { group in
                for replica in replicas {
                    group.addTask { try await replica.pierdat(magnet, given.destination.string) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ended.allSatisfy { $0.status == .exited(0) }, "\(ended)")
            #expect(ended.count { $0.errors.contains("already and verified") } == 2, "\(ended)")
        }
        #expect(try given.isComplete)
        for replica in replicas { #expect(try replica.seedLines.count == 1) }
    }

    @Test("Many processes that start together all succeed, and the data is downloaded once")
    func many() async throws {
        let given = try FileAtOrigin(bytes: 4 << 20)
        let folder = given.folder.path
        let replicas = try (0..<20).map { try Overlay(folder.appending("replica \($0)")) }
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + given.pin
            let ended = try await withThrowingTaskGroup(of: Ended.self) { group in
                for replica in replicas {
                    group.addTask { try await replica.pierdat(uri, given.destination.string) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ended.allSatisfy { $0.status == .exited(0) }, "\(ended)")
            #expect(await origin.requests.count { $0.range.hasPrefix("bytes=0-") } == 1)
        }
        #expect(given.isComplete)
    }

    @Test("When a download is killed, a process that waits for it takes over at once and resumes")
    func killed() async throws {
        let given = try FileAtOrigin(bytes: 4 << 20)
        let other = try Overlay(given.folder.path.appending("other"))
        try await Origin.serving(given.origin) { origin in
            let slow = origin.url(FileAtOrigin.name, "rate=100000") + given.pin
            let fast = origin.url(FileAtOrigin.name) + given.pin
            let first = given.overlay.command("pierdat", slow, given.destination.string)
            let second = other.command("pierdat", fast, given.destination.string)
            try await RunningProcess.with(first) { first in
                try await origin.answered("rate=100000")
                let (said, status) = try await RunningProcess.with(second) { second in
                    let line = try await second.line(containing: "waiting for another pierdat")
                    #expect(line.contains("(process \(first.identifier))"), "\(line)")
                    try first.kill()
                    try await second.end()
                    return await second.output
                }
                #expect(status == .exited(0), "\(said)")
            }
        }
        #expect(given.isComplete)
    }

    @Test(
        "--timeout and PIERDAT_TIMEOUT limit the wait for another process",
        arguments: [true, false])
    func timeout(isOption: Bool) async throws {
        let given = try FileAtOrigin(bytes: 1 << 20)
        var other = try Overlay(given.folder.path.appending("other"))
        if !isOption { other.environment["PIERDAT_TIMEOUT"] = "1" }
        let waiting = other
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=1000") + given.pin
            let first = given.overlay.command("pierdat", uri, given.destination.string)
            try await RunningProcess.with(first) { _ in
                try await origin.answered("rate=1000")
                let options = isOption ? ["--timeout", "1"] : []
                let ended = try await waiting.pierdat(options + [uri, given.destination.string])
                #expect(ended.status == .exited(124), "\(ended)")
                #expect(ended.errors.contains("while waiting for another pierdat"), "\(ended)")
            }
        }
    }

    @Test(
        "After a wait, what others have written is not ours, and PIERDAT_TIMEOUT has gone on")
    func afterWait() async throws {
        let given = try await Arrangement()
        var other = try Overlay(given.folder.path.appending("other"))
        other.environment["PIERDAT_TIMEOUT"] = "1000"
        try other.addBackend("second", get: #"echo "$PIERDAT_TIMEOUT" >"$2/second"; echo seed-x"#)
        // It waits for us, and then long enough to be counted in whole seconds.
        try given.overlay.addBackend(
            "first",
            get: #"""
                echo started >&2; read -r word <"$0.pipe"; sleep 1
                echo "$word" >"$2/first"; echo seed-x
                """#)
        let pipe = given.overlay.prefix.appending("usr/bin/pierdat-get-first.pipe").string
        try #require(mkfifo(pipe, 0o600) == 0)
        let place = given.destination.string
        let first = given.overlay.command("pierdat", "--backend", "first", "first:x", place)
        let second = other.command(
            "pierdat", "--backend", "second", "--chmod", "600", "second:x", place)
        try await RunningProcess.with(first) { first in
            _ = try await first.line(containing: "started")
            let (said, status) = try await RunningProcess.with(second) { second in
                _ = try await second.line(containing: "waiting for another pierdat")
                let writer = try #require(FileHandle(forWritingAtPath: pipe))
                try writer.write(contentsOf: Data("go\n".utf8))
                try writer.close()
                try await second.end()
                return await second.output
            }
            #expect(status == .exited(0), "\(said)")
        }
        let modes = try FolderContents(of: given.destination).entries.mapValues { $0.mode & 0o777 }
        #expect(modes["first"] == 0o644)
        #expect(modes["second"] == 0o600)
        let told = try String(contentsOfFile: "\(place)/second", encoding: .utf8)
        #expect(Int(told.dropLast()).map { $0 < 1000 } == true, "\(told)")
    }

    @Test("A backend that runs pierdat for the same DEST does not wait for itself")
    func nested() async throws {
        let given = try await Arrangement()
        try given.overlay.addBackend("inner", get: #"echo data >"$2/file"; echo seed-inner"#)
        try given.overlay.addBackend(
            "outer", get: #""${0%-get-outer}" --timeout 60 --backend inner inner:x "$2" >&2"#)
        let ended = try await given.overlay.pierdat(
            "--backend", "outer", "outer:x", given.destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(!ended.errors.contains("waiting"), "\(ended)")
        #expect(try given.overlay.seedLines == ["seed-inner"])
    }

    @Test("A failed download leaves no folder that it has created")
    func failed() async throws {
        let given = try await Arrangement()
        try given.overlay.addBackend("other", get: "exit 69")
        let ended = try await given.overlay.pierdat(
            "--backend", "other", "other:x", given.destination.appending("deeper").string)
        #expect(ended.status == .exited(69), "\(ended)")
        #expect(!FileManager.default.fileExists(atPath: given.destination.string))
    }

    @Test("A DEST on a read-only file system is passed to the backend at once")
    func readOnly() async throws {
        let given = try await Arrangement()
        let shared = try SharedFolder(in: given.folder)
        try given.overlay.addBackend("other", get: #"test -f "$2/file" && echo "seed-other '$2'""#)
        for place in [try given.folder.make("local"), shared.views[0]] {
            try Data("data".utf8).write(to: URL(filePath: place.appending("file").string))
            let get = given.overlay.command(
                "pierdat", "--backend", "other", "other:x", place.string)
            let ended = try await get.started(
                by: "/usr/bin/unshare",
                [
                    "--mount", "--propagation", "private", "/bin/sh", "-ec",
                    #"mount --bind "$0" "$0"; mount -o remount,ro,bind "$0"; exec "$@""#,
                    place.string,
                ]
            ).run()
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.overlay.seedLines.count == 2)
    }
}
