import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("Reaping")
    struct ReapingTests {
        /// Starts a program that waits for a line and then follows it, with orphans created by
        /// `orphans`.
        private func start(
            _ site: Site, orphans: String, in place: Place, input: Input
        ) throws -> Daemon {
            try site.seed("sh -c 'echo ready; exec sleep 1000'")
            let daemon = try site.start(
                command: ["sh", "-c", "read word; \(orphans); echo orphaned; read word; exit 7"],
                in: place, input: input.descriptor)
            try daemon.errors.line(containing: "sh: ready")
            return daemon
        }

        @Test("Orphans at any depth are reaped", arguments: Place.allCases)
        func depth(place: Place) throws {
            let site = try Site()
            let input = try Input()
            let chain =
                "perl -e 'for (1..500) { exit if fork } syswrite STDOUT, qq(last\\n); sleep 1000'"
            let daemon = try start(site, orphans: chain, in: place, input: input)
            let before = Set(daemon.children)
            #expect(before.count == 2)
            input.write("\n")
            try daemon.output.line(containing: "last")
            try daemon.output.line(containing: "orphaned")
            try waitUntil("only the last of the chain is left") { daemon.children.count == 3 }
            let last = try #require(daemon.children.first { !before.contains($0) })
            kill(last, SIGKILL)
            try waitUntil("it is reaped") { Set(daemon.children) == before }
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
        }

        @Test(
            "Orphans that hold the output open cost one descriptor for all runs of a child"
        )
        func openOutput() throws {
            let site = try Site()
            try site.seed("sh -c 'setsid sleep 1000 & echo life; exit 3'")
            let daemon = try site.start()
            var counts: [Int] = []
            for life in 1...3 {
                try daemon.errors.lines(containing: "sh: life", count: life)
                try site.status("the end of life \(life)") { $0.services[0].restarts == life }
                counts.append(ProcessStatus(pid: daemon.pid).descriptors.count)
            }
            #expect(counts[1] == counts[0] && counts[2] == counts[0])
        }

        @Test(
            "Ten thousand orphans at once are all reaped without disturbing anything else",
            arguments: Place.allCases)
        func burst(place: Place) throws {
            let site = try Site()
            let input = try Input()
            // Nobody waits for them, so all are reparented at the same time.
            let parent = """
                perl -e 'for (1..10000) { defined($pid = fork) or die $!; exit unless $pid }'
                """
            let daemon = try start(site, orphans: parent, in: place, input: input)
            let before = daemon.children.sorted()
            input.write("\n")
            try daemon.output.line(containing: "orphaned")
            try waitUntil("all are reaped") { daemon.children.sorted() == before }
            let status = ProcessStatus(pid: daemon.pid)
            try waitUntil("pierdatd sleeps") { status["State"]?.first == "S" }
            let work = (status.contextSwitches, status.processorTime)
            poll(nil, 0, 1000)
            #expect((status.contextSwitches, status.processorTime) == work)
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            #expect(try !daemon.errors.end().contains("; restarting in"))
        }

        @Test("A process that reuses a child's former pid is not mistaken for the child")
        func pidReuse() throws {
            let site = try Site()
            let seeder = try site.script(
                "seeder", "[ -e '\(site.folder.path)/second' ] && exec sleep 1000; echo pid $$.")
            try site.seed(seeder)
            let input = try Input()
            let daemon = try site.start(
                command: [
                    "sh", "-c",
                    """
                    read pid
                    (echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid; setsid sleep 2000 & echo got $!.)
                    read word; exit 7
                    """,
                ], in: .pid1, input: input.descriptor)
            let line = try daemon.errors.line(containing: "pid ")
            let pid = try #require(line.split { !$0.isNumber }.first)
            _ = try site.script("second", "")
            input.write("\(pid)\n")
            try daemon.output.line(containing: "got \(pid).")

            func child(sleeping seconds: String) -> pid_t? {
                daemon.children.first { ProcessStatus(pid: $0).arguments == ["sleep", seconds] }
            }
            try waitUntil("the child has its next life") { child(sleeping: "1000") != nil }
            let living = try #require(child(sleeping: "1000"))
            let other = try #require(child(sleeping: "2000"))
            kill(other, SIGKILL)
            try waitUntil("the other is reaped") { !daemon.children.contains(other) }
            #expect(ProcessStatus(pid: living).isAlive)
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            #expect(try daemon.errors.end().count(of: "; restarting in") == 1)
        }
    }
}

extension String {
    /// The number of occurrences of `words`.
    func count(of words: String) -> Int { ranges(of: words).count }
}
