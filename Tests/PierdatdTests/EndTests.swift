import Glibc
import LinuxSystem
import SystemPackage
import Testing

extension Promises {
    @Suite("Shutdown of pierdatd")
    struct EndTests {
        @Test(
            "When the program ends, every seeder is stopped, however it behaves",
            arguments: [
                ("ignores SIGTERM", "trap '' TERM; echo ready; while :; do sleep 1; done"),
                ("is stopped", "echo ready; kill -STOP $$; sleep 1000"),
                (
                    "forks a daemon away",
                    "setsid sh -c 'trap \"\" TERM HUP; echo ready; sleep 1000' & sleep 1000"
                ),
                ("fills its output", "echo ready; trap '' TERM; while :; do echo $$; done"),
            ], Place.allCases)
        func withProgram(seeder: (name: String, script: String), place: Place) throws {
            let site = try Site()
            try site.seed([try site.script("seeder", seeder.script)])
            let input = try Input()
            let daemon = try site.start(
                command: ["sh", "-c", "read word; exit 7"], in: place,
                environment: ["PIERDAT_GRACE": "1"], input: input.descriptor)
            try daemon.errors.line(containing: "seeder: ready")
            let family = Descendants(of: daemon.pid)
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            try waitUntil("no process is left") { family.areGone }
        }

        @Test(
            "On SIGTERM the program ends first, and seeders continue meanwhile",
            arguments: Place.allCases)
        func programFirst(place: Place) throws {
            let site = try Site()
            try site.seed([
                try site.script(
                    "seeder",
                    "trap 'echo ending; exit' TERM; echo ready; while :; do sleep 0.05; done")
            ])
            let input = try Input()
            let daemon = try site.start(
                command: [
                    "sh", "-c",
                    "trap 'echo ending; read word; echo ended >&2; exit 7' TERM; echo up; while :; do sleep 0.05; done",
                ],
                in: place, input: input.descriptor)
            try daemon.output.line(containing: "up")
            try daemon.errors.line(containing: "seeder: ready")
            daemon.send(SIGTERM)
            try daemon.output.line(containing: "ending")
            #expect(!daemon.errors.text.contains("seeder: ending"))
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            let errors = try daemon.errors.end()
            let ended = try #require(errors.firstRange(of: "ended"))
            let seeder = try #require(errors.firstRange(of: "seeder: ending"))
            #expect(ended.lowerBound < seeder.lowerBound)
        }

        @Test(
            "Everything ends within one grace period, even if all processes ignore SIGTERM",
            arguments: Place.allCases)
        func oneGracePeriod(place: Place) throws {
            let site = try Site()
            let life = site.folder.path.appending("life").string
            guard mkfifo(life, 0o600) == 0 else { throw Errno(rawValue: errno) }
            // The seeder detects the end of the program. If it still has one more second of grace
            // period, it reports that.
            try site.seed([
                try site.script(
                    "seeder",
                    "trap '' TERM; exec 3<'\(life)'; echo ready; cat <&3; sleep 1; echo left alone; sleep 1000"
                )
            ])
            let daemon = try site.start(
                script: "trap '' TERM; exec 3>'\(life)'; echo ready; sleep 1000", in: place,
                environment: ["PIERDAT_GRACE": "3"])
            try daemon.output.line(containing: "ready")
            try daemon.errors.line(containing: "seeder: ready")
            let family = Descendants(of: daemon.pid)
            daemon.send(SIGTERM)
            #expect(try daemon.end() == .exited(137))
            #expect(try !daemon.errors.end().contains("left alone"))
            #expect(family.areGone)
        }

        @Test(
            "Seeders get SIGTERM before SIGKILL, even if the program uses up the grace period",
            arguments: Place.allCases)
        func seedersAreTold(place: Place) throws {
            let site = try Site()
            try site.seed([
                try site.script(
                    "seeder",
                    "trap 'echo ending; exit' TERM; echo ready; while :; do sleep 0.01; done")
            ])
            let daemon = try site.start(
                script: "trap '' TERM; echo up; while :; do sleep 1; done", in: place,
                environment: ["PIERDAT_GRACE": "2"])
            try daemon.output.line(containing: "up")
            try daemon.errors.line(containing: "seeder: ready")
            daemon.send(SIGTERM)
            #expect(try daemon.end() == .exited(137))
            #expect(try daemon.errors.end().contains("seeder: ending"))
        }

        @Test(
            "Without a program, SIGTERM, SIGINT and SIGQUIT stop pierdatd",
            arguments: [SIGTERM, SIGINT, SIGQUIT], Place.allCases)
        func alone(signal: CInt, place: Place) throws {
            let site = try Site()
            try site.seed("sh -c 'echo ready; exec sleep 1000'")
            let daemon = try site.start(in: place)
            try daemon.errors.line(containing: "sh: ready")
            let family = Descendants(of: daemon.pid)
            daemon.send(signal)
            #expect(try daemon.end() == .exited(0))
            #expect(family.areGone)
        }

        /// Processes that could become orphans when `pierdatd` is killed. None ends on its own.
        private static let families = [
            "echo ready; exec sleep 1000",
            // Like most scripts: the shell stays and waits.
            "sh -c 'echo ready; sleep 1001; :'; :",
            "trap '' TERM HUP; sh -c 'trap \"\" TERM HUP INT; sleep 1002 & echo ready; sleep 1003; :'; :",
            "sleep 1004 & echo ready; kill -STOP $$",
            "(sh -c 'sleep 1005; :' & :) & echo ready; exec sleep 1006",
        ]

        @Test(
            "When pierdatd is killed, no seeder or child of a seeder is left",
            arguments: Place.allCases)
        func killed(place: Place) throws {
            let site = try Site()
            try site.seed(
                try Self.families.enumerated().map { try site.script("seeder\($0)", $1) })
            let daemon = try site.start(in: place)
            let family = try Self.family(of: daemon)
            if place != .pid1 {
                try waitUntil("it has its guard") { daemon.seederGuard != nil }
            }
            daemon.send(SIGKILL)
            try daemon.end()
            try waitUntil("no seeder is left") { family.areGone }
        }

        /// All processes of its seeders, once they are running.
        private static func family(of daemon: Daemon) throws -> Descendants {
            for number in families.indices {
                try daemon.errors.line(containing: "seeder\(number): ready")
            }
            var family = Descendants(of: daemon.pid)
            let sleeps = Set((1000...1006).map { ["sleep", "\($0)"] })
            try waitUntil("all sleep") {
                family = Descendants(of: daemon.pid)
                return Set(family.pids.map { ProcessStatus(pid: $0).arguments }).isSuperset(
                    of: sleeps)
            }
            return family
        }

        @Test("A killed guard is restarted")
        func killedGuard() throws {
            let site = try Site()
            try site.seed(
                try Self.families.enumerated().map { try site.script("seeder\($0)", $1) })
            let daemon = try site.start()
            let family = try Self.family(of: daemon)
            try waitUntil("it has its guard") { daemon.seederGuard != nil }
            let first = try #require(daemon.seederGuard)
            for signal in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] { kill(first, signal) }
            let sleeping = family.pids.filter { ProcessStatus(pid: $0)["Name"] == "sleep" }
            #expect(daemon.seederGuard == first && sleeping.count == 7)
            kill(first, SIGKILL)
            try waitUntil("another one stands guard") {
                daemon.seederGuard.map {
                    $0 != first && ProcessStatus(pid: $0)["Name"] == "pierdat-guard"
                } ?? false
            }
            let second = try #require(daemon.seederGuard)
            daemon.send(SIGKILL)
            try daemon.end()
            try waitUntil("no seeder is left") { family.areGone }
            try waitUntil("nor the guard") { !ProcessStatus(pid: second).isAlive }
        }

        @Test("pierdatd stops when its parent dies, if that is requested")
        func parentDies() throws {
            let site = try Site()
            try site.seed("sh -c 'echo ready; exec sleep 1000'")
            let parent = try site.start(
                ["--die-with-parent"], command: ["sleep", "1000"],
                wrapper: ["sh", "-c", "\"$@\" & wait", "sh"])
            try parent.errors.line(containing: "sh: ready")
            let family = Descendants(of: parent.pid)
            #expect(family.pids.count == 3)
            parent.send(SIGKILL)
            try parent.end()
            try waitUntil("nothing is left") { family.areGone }
        }
    }
}

/// The descendants of a process at one moment, except for the guard of a `pierdatd`.
struct Descendants {
    let pids: [pid_t]

    init(of ancestor: pid_t) {
        var pids: [pid_t] = []
        var next = [ancestor]
        while let parent = next.popLast() {
            let children = ProcessTable.children(of: parent).filter { !Daemon.isGuard($0) }
            pids += children
            next += children
        }
        self.pids = pids
    }

    /// Zombies count as gone, because `pierdatd` need not reap them.
    var areGone: Bool {
        !pids.contains { ProcessStatus(pid: $0).isAlive }
    }
}
