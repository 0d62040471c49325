import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("Health and the served data")
    struct ServingTests {
        @Test("Removed data is unhealthy until it is present again")
        func removed() throws {
            let given = try Published()
            let daemon = try given.start()
            try daemon.errors.line(containing: "listening on port ")
            try given.site.becomesWell()
            try given.move("data", to: "elsewhere")
            let status = try given.site.becomesIll("\(given.data)", "No such file or directory")
            #expect(status["pierdat-serve-bittorrent"]?.serving?["missing"] == 1)
            #expect(status["pierdat-serve-bittorrent"]?.serving?["served"] == 0)
            try daemon.errors.line(containing: "error: ")
            try given.move("elsewhere", to: "data")
            try given.site.becomesWell()
        }

        @Test(
            "Data that is missing at the start is unhealthy",
            arguments: ["data", "data/one"])
        func missing(name: String) throws {
            let given = try Published()
            try given.move(name, to: "elsewhere")
            let daemon = try given.start()
            try daemon.errors.line(containing: "listening on port ")
            let status = try given.site.becomesIll("\(given.data)", "No such file or directory")
            #expect(
                status["pierdat-serve-bittorrent"]?.serving?[
                    name == "data" ? "missing" : "damaged"] == 1)
        }

        @Test("Partially corrupt data is unhealthy, and the amount is reported")
        func damaged() throws {
            let given = try Published()
            guard truncate(given.data.appending("one").string, 30_000) == 0 else {
                throw Errno(rawValue: errno)
            }
            let daemon = try given.start()
            try daemon.errors.line(containing: "are not served")
            let status = try given.site.becomesIll(
                "of 195.3 KiB on disk are corrupt or missing",
                "one: it is too short")
            #expect(status["pierdat-serve-bittorrent"]?.serving?["damaged"] == 1)
            #expect(
                status["pierdat-serve-bittorrent"]?.says?.contains("1 of them unhealthy") == true)
        }

        @Test("Data that was written to is unhealthy while it is checked")
        func touched() throws {
            let given = try Published()
            let daemon = try given.start()
            try daemon.errors.line(containing: "listening on port ")
            try given.site.becomesWell()
            guard utimes(given.data.appending("two").string, nil) == 0 else {
                throw Errno(rawValue: errno)
            }
            try daemon.errors.line(containing: "it has changed since it was checked")
            try daemon.errors.line(containing: "all of the data is correct")
            try given.site.becomesWell()
        }

        @Test("A torrent whose .torrent file is gone is unhealthy until it is back")
        func forgotten() throws {
            let given = try Published()
            let state = given.site.overlay.prefix.appending("var/lib/pierdat")
            try given.rename(state, to: state.removingLastComponent().appending("forgotten"))
            let daemon = try given.start()
            try daemon.errors.line(containing: "is not seeded: cannot read the torrent")
            let status = try given.site.becomesIll(".torrent", "No such file or directory")
            #expect(status["pierdat-serve-bittorrent"]?.serving?["refused"] == 1)
            try given.rename(state.removingLastComponent().appending("forgotten"), to: state)
            try given.site.becomesWell()
        }

        @Test(
            "A malformed line is unhealthy and reported with its number",
            arguments: [
                ("pierdat-seed-bittorrent /var/lib/pierdat/x.torrent", "not 1"),
                ("pierdat-seed-bittorrent a.torrent /srv more", "not 3"),
                ("pierdat-seed-bittorrent", "not 0"),
                (
                    "pierdat-seed-bittorrent a.torrent /srv # the maps",
                    "not 5; a comment needs a line of its own"
                ),
            ])
        func malformed(line: String, words: String) throws {
            let given = try Published()
            let lines = try given.site.overlay.seedLines
            try given.site.seed(["# what is seeded", ""] + lines + [line])
            let daemon = try given.start()
            try daemon.errors.line(containing: "not seeded: line 4 of ")
            let status = try given.site.becomesIll(
                "line 4 of \(given.site.overlay.seedList)", "takes 2 arguments", words)
            #expect(status["pierdat-serve-bittorrent"]?.serving?["served"] == 1)
            #expect(status["pierdat-serve-bittorrent"]?.serving?["refused"] == 1)
        }

        @Test("Data that moved and was recorded again is healthy at its new place")
        func moved() throws {
            let given = try Published()
            let daemon = try given.start()
            try daemon.errors.line(containing: "listening on port ")
            try given.site.becomesWell()
            let place = given.site.folder.path.appending("new place")
            try Folder.make(place)
            try given.rename(given.data, to: place.appending("data"))
            let recorded = try given.site.pierdat("seed", given.magnet, place.string)
            #expect(recorded.end == .exited(0), "\(recorded)")
            try daemon.errors.line(containing: "the same data is served from \(place)")
            try given.site.becomesWell()
            let status = try given.site.status()
            #expect(status.services[0].serving?["served"] == 1)
            #expect(status.services[0].serving?["superseded"] == 1)
            // A restarted seeder makes the same choice.
            daemon.send(SIGTERM)
            try daemon.end()
            let next = try given.start()
            try next.errors.line(containing: "the same data is served from \(place)")
            try given.site.becomesWell()
        }

        @Test("A seeder with too few descriptors is unhealthy and reports it")
        func descriptors() throws {
            let given = try Published()
            let daemon = try given.start(wrapper: ["prlimit", "--nofile=32:32"])
            try daemon.errors.line(containing: "no more files can be opened")
            try given.site.becomesIll("ended with status 71", "--ulimit nofile")
        }

        @Test("A seeder without an open port is unhealthy")
        func port() throws {
            let given = try Published()
            // In a new network namespace, not even the loopback device has an address.
            let daemon = try given.start(wrapper: ["unshare", "--net"])
            try daemon.errors.line(containing: "seed list: 1 to start")
            try given.site.becomesIll("it is not listening")
        }

        @Test("Any seeder can report why it is unhealthy")
        func anySeeder() throws {
            let site = try Site()
            let message =
                "STATUS=busy\nX_PIERDAT_SERVING=served=2 missing=1\nX_PIERDAT_WHY=/d is gone"
            try site.seed(try site.notifier("seeder", message))
            let daemon = try site.start()
            let status = try site.becomesIll("seeder: /d is gone")
            #expect(status.services[0].serving?["served"] == 2)
            #expect(status.services[0].state == "running" && status.services[0].says == "busy")
            daemon.send(SIGTERM)
        }
    }
}

/// An overlay with a seed list for one folder of two files.
private struct Published {
    let site: Site
    let data: FilePath
    let magnet: String

    init() throws {
        site = try Site()
        data = site.folder.path.appending("data")
        try Folder.make(data)
        for (name, byte) in [("one", 1), ("two", 2)] as [(FilePath.Component, UInt8)] {
            try AtomicFile.write(
                [UInt8](repeating: byte, count: 100_000), to: data.appending(name))
        }
        let published = try site.pierdat("publish", data.string)
        guard published.end == .exited(0),
            let line = published.output.split(separator: "\n").first(where: {
                $0.hasPrefix("magnet: ")
            })
        else { throw TimeIsUp(description: "publish failed: \(published)") }
        magnet = String(line.dropFirst("magnet: ".count))
    }

    func start(wrapper: [String] = []) throws -> Daemon {
        try site.start(environment: site.overlay.environment, wrapper: wrapper)
    }

    /// Moves an entry of the test's folder.
    func move(_ name: String, to other: String) throws {
        try rename(
            site.folder.path.pushing(FilePath(name)), to: site.folder.path.pushing(FilePath(other)))
    }

    func rename(_ path: FilePath, to other: FilePath) throws {
        guard Glibc.rename(path.string, other.string) == 0 else { throw Errno(rawValue: errno) }
    }
}
