import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("Supervision of children")
    struct WatchdogTests {
        @Test(
            "Every line has a child that leads its own process group",
            arguments: Place.allCases)
        func groups(place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1001", "sleep 1002", "# sleep 1003", "", "sleep 1001")
            let daemon = try site.start(in: place)
            try waitUntil("both run") {
                daemon.children.map { ProcessStatus(pid: $0).arguments.joined(separator: " ") }
                    .sorted() == ["sleep 1001", "sleep 1002"]
            }
            #expect(daemon.children.allSatisfy { ProcessStatus(pid: $0).group == $0 })
        }

        @Test("A child is restarted however it ended", arguments: Place.allCases)
        func restarts(place: Place) throws {
            let site = try Site()
            let ends = [
                ("exit 0", "ended with status 0"), ("exit 3", "ended with status 3"),
                ("kill -TERM $$", "was killed by signal 15"),
                ("kill -SEGV $$", "was killed by signal 11"),
                ("kill -KILL $$", "was killed by signal 9"),
            ]
            let scripts = try ends.enumerated().map { number, end in
                try site.script("seeder\(number)", "echo life; \(end.0)")
            }
            try site.seed(scripts + ["no-such-program"])
            let daemon = try site.start(in: place)
            for (number, end) in ends.enumerated() {
                try daemon.errors.lines(containing: "seeder\(number): life", count: 2)
                let line = try daemon.errors.line(containing: "seeder\(number) \(end.1)")
                #expect(line.contains("; restarting in "))
            }
            try daemon.errors.lines(
                containing:
                    "cannot start no-such-program: there is no program no-such-program; retrying",
                count: 2)
        }

        @Test(
            "When a killed child is restarted, nothing of its former process group is left",
            arguments: Place.allCases)
        func wholeGroup(place: Place) throws {
            let site = try Site()
            let former = site.folder.path.appending("former")
            // Some of its children and grandchildren ignore all signals that can be ignored.
            let seeder = try site.script(
                "seeder",
                """
                for pid in $(cat '\(former)'); do [ ! -d /proc/$pid ] || echo left $pid; done
                sh -c 'trap "" TERM HUP; echo $$; sleep 1001 & echo $!; wait' >>'\(former)' &
                sleep 1002 & echo $! >>'\(former)'
                while [ $(wc -l <'\(former)') -lt 3 ]; do sleep 0.01; done
                echo life
                wait
                """)
            try AtomicFile.write([], to: former)
            try site.seed(seeder)
            let daemon = try site.start(command: ["sleep", "1000"], in: place)
            try daemon.errors.line(containing: "seeder: life")
            let family = Descendants(of: daemon.pid)
            #expect(family.pids.count == 5)
            let head = try #require(
                daemon.children.first { ProcessStatus(pid: $0).arguments.last == seeder })
            kill(head, SIGKILL)
            try daemon.errors.lines(containing: "seeder: life", count: 2)
            #expect(!daemon.errors.text.contains("seeder: left"))
        }

        @Test("A thousand children that all fail are started gradually")
        func thousand() throws {
            let site = try Site()
            try site.seed((0..<1000).map { "sh -c 'echo line \($0).; exit 1'" })
            let start = SuspendingClock.now
            let daemon = try site.start()
            try daemon.errors.lines(containing: "sh: line ", count: 1000)
            // Four at a time every 25 ms take this long even on the fastest machine.
            #expect(SuspendingClock.now - start >= .seconds(6))
            // No child starts a second time before all others have started. The last output may be
            // late.
            let first = daemon.errors.lines.filter { $0.hasPrefix("sh: line ") }.prefix(900)
            #expect(Set(first).count == 900)
            try daemon.errors.lines(containing: "sh: line ", count: 2000)
        }
    }
}
