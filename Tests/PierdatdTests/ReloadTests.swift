import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("Reloading the seed list")
    struct ReloadTests {
        /// The ways to change a list.
        static let ways = [
            ("is written in place", "printf 'sleep 1001\\nsleep 1003\\n' >pier.dat"),
            ("is replaced", "printf 'sleep 1001\\nsleep 1003\\n' >new; mv new pier.dat"),
            ("gets a line", "echo 'sleep 1003' >>pier.dat"),
            ("goes and comes again", "rm pier.dat; printf 'sleep 1003\\n' >pier.dat"),
            ("becomes a link", "printf 'sleep 1003\\n' >new; ln -sf new pier.dat"),
            ("is a link to a file that is written", "echo 'sleep 1003' >>elsewhere/list"),
            (
                "is a link to a file that is replaced",
                "echo 'sleep 1003' >new; mv new elsewhere/list"
            ),
        ]

        @Test(
            "The seed list is reloaded after every kind of change", arguments: ways, Place.allCases)
        func change(way: (name: String, script: String), place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1001", "sleep 1002")
            if way.name.hasPrefix("is a link") {
                try site.shell(
                    "mkdir elsewhere; mv pier.dat elsewhere/list; ln -s elsewhere/list pier.dat")
            }
            let daemon = try site.start(in: place)
            try waitUntil("both run") { daemon.seeders == ["sleep 1001", "sleep 1002"] }
            let pids = Set(daemon.children)
            try site.shell(way.script)
            try waitUntil("the new line runs") { daemon.seeders.contains("sleep 1003") }
            try waitUntil("what went has ended") {
                daemon.seeders == site.lines.filter { $0.hasPrefix("sleep") }.sorted()
            }
            let kept = site.lines.filter { $0 != "sleep 1003" }.count
            #expect(pids.intersection(daemon.children).count == kept)
        }

        @Test("SIGHUP reloads the seed list if no change is detected")
        func hangup() throws {
            let site = try Site()
            try site.seed("sleep 1001", "sleep 1002")
            let daemon = try site.start(wrapper: ["unshare", "--mount", "--propagation", "private"])
            try waitUntil("both run") { daemon.seeders == ["sleep 1001", "sleep 1002"] }
            let pids = Set(daemon.children)
            let list = site.overlay.seedList
            let other = try site.script("other", "sleep 1001\nsleep 1003")
            let mounting = try Daemon(
                [
                    "nsenter", "--mount", "--target", "\(daemon.pid)", "mount", "--bind", other,
                    list.string,
                ],
                in: .subreaper)
            #expect(try mounting.end() == .exited(0))
            daemon.send(SIGHUP)
            try waitUntil("the new line runs") { daemon.seeders == ["sleep 1001", "sleep 1003"] }
            #expect(pids.intersection(daemon.children).count == 1)
        }

        @Test("A seed list is loaded when it is created, even if its folder did not exist")
        func missing() throws {
            let site = try Site()
            try site.shell("rm -r ../etc")
            let daemon = try site.start()
            try daemon.errors.line(containing: "there is nothing to seed")
            try site.shell("mkdir etc; echo 'sleep 1001' >etc/pier.dat", in: site.overlay.prefix)
            try waitUntil("it runs") { daemon.seeders == ["sleep 1001"] }
            try site.shell(
                "mv etc old; mkdir etc; echo 'sleep 1002' >etc/pier.dat", in: site.overlay.prefix)
            try waitUntil("it runs") { daemon.seeders == ["sleep 1002"] }
        }

        @Test("A burst of changes causes one reload")
        func burst() throws {
            let site = try Site()
            try site.seed("sleep 1000")
            let daemon = try site.start()
            try daemon.errors.line(containing: "seed list: 1 to start")
            try site.shell("for n in $(seq 50); do echo \"sleep 20$n\" >>pier.dat; done")
            try waitUntil("all run") { daemon.children.count == 51 }
            daemon.errors.take()
            // A burst that is interrupted for long counts as two.
            #expect((2...5).contains(daemon.errors.text.count(of: "pierdatd: seed list: ")))
        }

        @Test(
            "A malformed seed list leaves everything running, and the bad line is reported",
            arguments: Place.allCases)
        func malformed(place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1001", "sleep 1002")
            let daemon = try site.start(in: place)
            try waitUntil("both run") { daemon.seeders == ["sleep 1001", "sleep 1002"] }
            let pids = Set(daemon.children)
            try site.seed("sleep 1001", "sleep 1003", "sleep '1004")
            try daemon.errors.line(
                containing: "line 3: the quote ' is not closed; the seeders that run are kept")
            #expect(Set(daemon.children) == pids)
            try site.seed("sleep 1001", "sleep 1003", "sleep '1004'")
            try waitUntil("the new lines run") {
                daemon.seeders == ["sleep 1001", "sleep 1003", "sleep 1004"]
            }
            #expect(pids.intersection(daemon.children).count == 1)
        }

        @Test("A backend's server is notified of its lines and keeps running")
        func server() throws {
            let site = try Site()
            for (name, script) in [
                ("seed", "exec sleep 1000"),
                ("serve", "trap 'echo told' HUP; echo serves; while :; do sleep 0.02; done"),
            ] {
                let path = try site.script("pierdat-\(name)-x", script)
                try site.shell("mv '\(path)' ../usr/bin")
            }
            try site.seed("pierdat-seed-x 1", "pierdat-seed-x 2")
            let daemon = try site.start()
            try daemon.errors.line(containing: "pierdat-serve-x: serves")
            let pids = daemon.children
            try site.seed("pierdat-seed-x 1", "pierdat-seed-x 2", "pierdat-seed-x 3")
            try daemon.errors.line(containing: "pierdat-serve-x: told")
            #expect(daemon.children == pids && pids.count == 1)
        }
    }
}

extension Daemon {
    /// The command lines of its children once they are running.
    var seeders: [String] {
        children.map { ProcessStatus(pid: $0).arguments.joined(separator: " ") }.sorted()
    }
}

extension Site {
    /// The lines of the seed list.
    fileprivate var lines: [String] {
        ProcessStatus.text(overlay.seedList.string).split(separator: "\n").map(String.init)
    }

    /// Runs a script in the seed list's folder or another one.
    fileprivate func shell(_ script: String, in folder: FilePath? = nil) throws {
        let folder = folder ?? overlay.seedList.removingLastComponent()
        let shell = try Daemon(
            ["sh", "-ec", "cd \"$1\"; \(script)", "sh", folder.string], in: .subreaper)
        guard try shell.end() == .exited(0) else {
            throw FixtureError("\(script): \(try shell.errors.end())")
        }
    }
}
