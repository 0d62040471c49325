import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("Transparency")
    struct TransparencyTests {
        /// Programs that print their own signals, limits, descriptors and priority.
        static let looks = [
            [
                "grep", "-E",
                "^(Sig(Blk|Ign|Pnd)|NoNewPrivs|Seccomp|Uid|Gid|Groups|Cap|Umask|Cpus_allowed)",
                "/proc/self/status",
            ],
            ["cat", "/proc/self/limits"], ["ls", "/proc/self/fd"], ["nice"],
            ["cat", "/proc/self/oom_score_adj"], ["env"], ["pwd"],
        ]

        @Test(
            "The program gets the same signals, limits, descriptors and priority as without pierdatd",
            arguments: [
                [], ["env", "--ignore-signal=PIPE,HUP,USR1"], ["env", "--ignore-signal=CHLD"],
                ["env", "--block-signal=USR2,WINCH"], ["prlimit", "--nofile=64:128"],
                ["nice", "-n", "3"],
                ["sh", "-c", "umask 027; exec 7</dev/null; exec \"$@\"", "sh"],
            ], Place.allCases)
        func program(wrapper: [String], place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1000")
            for look in Self.looks {
                let without = try Daemon(wrapper + look, in: place)
                try without.end()
                let with = try site.start(command: look, in: place, wrapper: wrapper)
                #expect(try with.end() == .exited(0))
                #expect(try with.output.end() == without.output.end())
            }
        }

        @Test(
            "The program gets its arguments byte for byte, UTF-8 or not", arguments: Place.allCases)
        func words(place: Place) throws {
            let site = try Site()
            let script = #"exec "$@" "$(printf 'caf\351')" "$(printf 'caf\303\251')""#
            let daemon = try site.start(
                command: ["sh", "-c", #"printf %s "$@" | od -An -tx1"#, "sh"], in: place,
                wrapper: ["sh", "-c", script, "sh"])
            #expect(try daemon.end() == .exited(0))
            #expect(try daemon.output.end().contains("63 61 66 e9 63 61 66 c3 a9\n"))
        }

        @Test(
            "Seeders have no blocked or ignored signals, no inherited descriptors and empty stdin",
            arguments: Place.allCases)
        func seeder(place: Place) throws {
            let site = try Site()
            try site.seed("sh -c 'echo ready; exec sleep 1000'")
            let daemon = try site.start(
                in: place,
                wrapper: [
                    "prlimit", "--nofile=64:128", "env", "--ignore-signal=PIPE,HUP",
                    "--block-signal=USR2",
                    "sh", "-c", "exec 7</dev/null; exec \"$@\"", "sh",
                ])
            try daemon.errors.line(containing: "sh: ready")
            let seeder = try #require(daemon.children.first)
            let status = ProcessStatus(pid: seeder)
            try waitUntil("it is the program of the line") { status["Name"] == "sleep" }
            #expect(status.signals("SigBlk") == 0)
            #expect(status.signals("SigIgn") == 0)
            let descriptors = status.descriptors
            #expect(descriptors.keys.sorted() == [0, 1, 2])
            #expect(descriptors[0] == "/dev/null")
            #expect(descriptors[1]?.hasPrefix("pipe:") == true && descriptors[1] == descriptors[2])
            let limits = ProcessStatus.text("/proc/\(seeder)/limits").split(separator: "\n")
            let files = limits.first { $0.hasPrefix("Max open files") }?.split(separator: " ")
            #expect(files?.dropFirst(3).first == "64")
        }

        @Test(
            "Seeders run at nice 10 in the idle I/O class and are killed first if memory is short",
            arguments: Place.allCases)
        func giveWay(place: Place) throws {
            let site = try Site()
            let script = try site.script(
                "look", "nice; ionice; cat /proc/$$/oom_score_adj; echo done; exec sleep 1000")
            try site.seed(script)
            let daemon = try site.start(
                command: ["sleep", "1000"], in: place, wrapper: ["choom", "-n", "100", "--"])
            try daemon.errors.line(containing: "look: done")
            #expect(
                Array(daemon.errors.lines.filter { $0.hasPrefix("look: ") }) == [
                    "look: 10", "look: idle", "look: 600", "look: done",
                ])
        }
    }
}
