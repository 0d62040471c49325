import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import TestSeed
import Testing

@Suite("PIERDAT_ATOMIC=on", .timeLimit(.minutes(3)))
struct AtomicTests {
    /// What a reader sees in the folder: the sizes of the files whose names are not hidden.
    private static func seen(_ folder: FilePath) -> [String: Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        var seen: [String: Int] = [:]
        for name in names where !name.hasPrefix(".") {
            var status = stat()
            guard stat(folder.appending(name).string, &status) == 0 else { continue }
            seen[name] = Int(status.st_size)
        }
        return seen
    }

    private static func hidden(_ folder: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? [])
            .filter { $0.hasPrefix(".") }
    }

    @Test("A reader never sees a part of a file, and a killed download keeps what has arrived")
    func fromWeb() async throws {
        var given = try FileAtOrigin()
        given.overlay.environment["PIERDAT_ATOMIC"] = "on"
        let (overlay, destination) = (given.overlay, given.destination)
        let complete = [FileAtOrigin.name: given.contents.count]
        let reader = Task {
            while !Task.isCancelled {
                let seen = Self.seen(destination)
                #expect(seen == [:] || seen == complete)
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        defer { reader.cancel() }
        let pin = given.pin
        try await Origin.serving(given.origin) { origin in
            let slow = origin.url(FileAtOrigin.name, "rate=700000") + pin
            try await RunningProcess.with(overlay.command("pierdat", slow, destination.string)) {
                process in
                try await origin.answered("bytes=8388608-")
                try process.kill()
                try await process.end()
            }
            #expect(Self.seen(destination) == [:])
            #expect(Self.hidden(destination).count == 1)
            // The same URI names the same download.
            let ended = try await overlay.pierdat(slow, destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(Self.hidden(destination) == [])
            let count = await origin.requests.count
            let again = try await overlay.pierdat(slow, destination.string)
            #expect(again.status == .exited(0), "\(again)")
            #expect(await origin.requests.count == count)
        }
        #expect(given.isComplete)
        #expect(try overlay.seedLines.count == 1)
        #expect(try overlay.seedLines[0].hasSuffix(" \(destination)"))
    }

    @Test("A torrent's folder appears at once, and is seeded from its final place")
    func fromPeers() async throws {
        var given = try await Arrangement(.hybrid)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        let plain = given.overlay
        var overlay = plain
        overlay.environment["PIERDAT_ATOMIC"] = "on"
        let get = overlay
        let (torrent, destination) = (given.torrent, given.destination)
        try await origin.seeding(torrent, in: given.data.folder) { seed in
            let magnet = torrent.magnet("x.pe=\(seed.address)")
            let ended = try await get.pierdat(magnet, destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(Self.hidden(destination) == [])
            let again = try await get.pierdat(magnet, destination.string)
            #expect(again.status == .exited(0), "\(again)")
        }
        #expect(try given.isComplete)
        #expect(try plain.seedLines == [given.seedLine])
        given = try given.next
        #expect(try given.overlay.seedLines == [])
    }

    /// A backend whose data is a folder and a file, and which is complete after many steps.
    private static let script = """
        mkdir -p "$2/set" || exit 73
        for n in 1 2 3 4 5 6 7 8; do
            echo "$n" >"$2/set/$n"
            [ ! -e "$0.slow" ] || { echo "step $n" >&2; sleep 0.05; }
        done
        echo all >"$2/all"
        echo fetched >>"$0.log"
        echo "seed-other '$2' --file='$2/all'"
        """

    @Test(
        "A script's data appears when the script has ended, whenever the download is killed",
        .tellingSeed)
    func script() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_ATOMIC"] = "on"
        try overlay.addBackend("other", get: Self.script)
        let slow = overlay.prefix.appending("usr/bin/pierdat-get-other.slow").string
        try Data().write(to: URL(filePath: slow))
        let get = overlay.command(
            "pierdat", "--backend", "other", "other:x", given.destination.string)
        var random = TestSeed.generator
        for _ in 0..<12 {
            let delay = Duration.milliseconds(.random(in: 0...700, using: &random))
            try await RunningProcess.with(get) { process in
                try await Task.sleep(for: delay)
                try process.kill()
                try await process.end()
            }
            let seen = Self.seen(given.destination)
            #expect(seen["all"] == nil || seen["all"] == 4)
            #expect(seen["set"] == nil || Self.seen(given.destination.appending("set")).count == 8)
        }
        let ended = try await get.run()
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(Self.seen(given.destination).keys.sorted() == ["all", "set"])
        #expect(Self.hidden(given.destination) == [])
        let place = given.destination
        #expect(try overlay.seedLines == ["seed-other \(place) --file=\(place)/all"])
    }

    @Test("Data that was complete when pierdat was killed gets its names without the backend")
    func recovered() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_ATOMIC"] = "on"
        try overlay.addBackend("other", get: Self.script)
        // A folder where the file will be stops it after everything is complete.
        let obstacle = given.destination.appending("all")
        try FileManager.default.createDirectory(
            atPath: obstacle.string, withIntermediateDirectories: true)
        let get = overlay.command(
            "pierdat", "--backend", "other", "other:x", given.destination.string)
        let stopped = try await get.run()
        #expect(stopped.status == .exited(73), "\(stopped)")
        #expect(stopped.errors.contains("\(obstacle) is in its way"), "\(stopped)")
        #expect(try overlay.seedLines == [])
        rmdir(obstacle.string)
        let ended = try await get.run()
        #expect(ended.status == .exited(0), "\(ended)")
        let log = overlay.prefix.appending("usr/bin/pierdat-get-other.log").string
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "fetched\n")
        #expect(Self.seen(given.destination)["all"] == 4)
        #expect(Self.hidden(given.destination) == [])
        #expect(try overlay.seedLines.count == 1)
    }

    @Test("Other files in DEST are kept, also in a folder of the same name")
    func merged() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_ATOMIC"] = "on"
        try overlay.addBackend("other", get: Self.script)
        let set = given.destination.appending("set")
        try FileManager.default.createDirectory(
            atPath: set.string, withIntermediateDirectories: true)
        for name in ["1", "mine"] {
            try Data("mine".utf8).write(to: URL(filePath: set.appending(name).string))
        }
        let ended = try await overlay.pierdat(
            "--backend", "other", "other:x", given.destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let seen = Self.seen(set)
        #expect(seen.count == 9)
        #expect(seen["1"] == 2)
        #expect(seen["mine"] == 4)
    }

    @Test(
        "The data is seeded from its final place if DEST is a link or the working directory",
        arguments: [true, false])
    func unresolved(isLink: Bool) async throws {
        var given = try FileAtOrigin(bytes: 1 << 20)
        given.overlay.environment["PIERDAT_ATOMIC"] = "on"
        let (overlay, place) = (given.overlay, try given.folder.make("destination"))
        let link = given.folder.path.appending("link").string
        try #require(symlink(place.string, link) == 0)
        let pin = given.pin
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + pin
            let ended = try await overlay.command("pierdat", uri, isLink ? link : ".")
                .started(by: "/bin/sh", ["-ec", #"cd "$0"; exec "$@""#, place.string]).run()
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.isComplete)
        let lines = try overlay.seedLines
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.hasSuffix(" \(place)") }, "\(lines)")
    }

    @Test(
        "Files that another program writes to DEST meanwhile keep their modes",
        arguments: ["", #"printf 'data\0' >>"$PIERDAT_MANIFEST""#])
    func unrelated(list: String) async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_ATOMIC"] = "on"
        let script = #"echo data >"$2/data"; echo own >"${2%/*}/own"; echo "seed-other '$2'""#
        try overlay.addBackend("other", get: "umask 022\n\(list)\n\(script)")
        let ended = try await overlay.pierdat(
            "--backend", "other", "--chmod", "600", "other:x", given.destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let modes = try FolderContents(of: given.destination).entries.mapValues { $0.mode & 0o777 }
        #expect(modes["data"] == 0o600)
        #expect(modes["own"] == 0o644)
    }

    @Test("An empty folder that a killed download has left does not stop the next one")
    func leftover() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_ATOMIC"] = "on"
        try overlay.addBackend(
            "other",
            get: #"""
                mkdir "${2%/*}/.pierdat-ready-${2##*-new-}" || exit 73
                echo data >"$2/data"; echo "seed-other '$2'"
                """#)
        let ended = try await overlay.pierdat(
            "--backend", "other", "other:x", given.destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(Self.seen(given.destination) == ["data": 5])
        #expect(Self.hidden(given.destination) == [])
    }

    @Test("Another value than on or off is an error")
    func invalid() async throws {
        let given = try await Arrangement()
        var overlay = given.overlay
        overlay.environment["PIERDAT_ATOMIC"] = "maybe"
        let ended = try await overlay.pierdat("other:x", given.destination.string)
        #expect(ended.status == .exited(64), "\(ended)")
    }
}
