import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("The container's program")
    struct ProgramTests {
        @Test(
            "The program starts whatever is wrong with the seed list, with one warning",
            arguments: [
                ("no folder", "rm -r etc", "empty or missing"),
                ("no list", "rm etc/pier.dat", "empty or missing"),
                ("a folder", "rm etc/pier.dat; mkdir etc/pier.dat", "cannot read the seed list"),
                ("a FIFO", "rm etc/pier.dat; mkfifo etc/pier.dat", "cannot read the seed list"),
                (
                    "malformed", "printf \"x 'y\\n'z\\n\" >etc/pier.dat",
                    "line 1: the quote ' is not closed, and 1 more"
                ),
                (
                    "no such program", "echo /does/not/exist >etc/pier.dat",
                    "cannot start /does/not/exist"
                ),
            ], Place.allCases)
        func badSeedList(
            list: (name: String, arrangement: String, warning: String), place: Place
        ) throws {
            let site = try Site()
            let arranged = try Daemon(
                ["sh", "-c", "cd '\(site.overlay.prefix)'; \(list.arrangement)"], in: .subreaper)
            try arranged.end()
            let input = try Input()
            let daemon = try site.start(
                command: ["sh", "-c", "echo up; read word; exit 7"], in: place,
                input: input.descriptor)
            try daemon.errors.line(containing: list.warning)
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            #expect(try daemon.output.end() == "up\n")
            #expect(daemon.errors.lines.count { $0.contains("warning") } <= 1)
        }

        @Test(
            "The program starts without a writable folder or network, as any user, with one warning",
            arguments: Place.allCases)
        func barePlace(place: Place) throws {
            let site = try Site()
            try site.seed("sh -c 'echo seeding; exec sleep 1000'")
            let prefix = site.overlay.prefix
            let input = try Input()
            let daemon = try site.start(
                command: ["sh", "-c", "echo up; read word; exit 7"], in: place,
                wrapper: [
                    "unshare", "--mount", "--net", "sh", "-c",
                    """
                    mount --bind '\(prefix)' '\(prefix)'
                    mount -o remount,bind,ro '\(prefix)'
                    exec setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs "$@"
                    """, "sh",
                ], input: input.descriptor)
            try daemon.errors.line(containing: "sh: seeding")
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            #expect(try daemon.output.end() == "up\n")
            #expect(try daemon.errors.end().count(of: "warning") == 1)
        }

        @Test("The program starts with one warning if the seed list is not readable")
        func unreadable() throws {
            let site = try Site()
            try site.seed("sleep 1000")
            chmod(site.overlay.seedList.string, 0)
            let input = try Input()
            let daemon = try site.start(
                command: ["sh", "-c", "echo up; read word; exit 7"],
                wrapper: ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
                input: input.descriptor)
            try daemon.errors.line(containing: "error: cannot read the seed list")
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            #expect(try daemon.output.end() == "up\n")
            #expect(try daemon.errors.end().count(of: "seed list") == 1)
        }

        @Test(
            "pierdatd ends with the program's exit code, 128+n for a signal",
            arguments: [
                ("exit 0", 0), ("exit 1", 1), ("exit 126", 126), ("exit 127", 127),
                ("exit 128", 128), ("exit 255", 255), ("kill -HUP $$", 129), ("kill -ABRT $$", 134),
                ("kill -KILL $$", 137), ("kill -SEGV $$", 139), ("kill -TERM $$", 143),
                ("kill -64 $$", 192),
            ],
            Place.allCases)
        func exitStatus(end: (script: String, status: CInt), place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1000")
            let daemon = try site.start(script: end.script, in: place)
            #expect(try daemon.end() == .exited(end.status))
        }

        @Test(
            "A missing program gives exit code 127, and one that cannot be executed gives 126",
            arguments: [
                ("no-such-program", 127, "cannot start no-such-program: No such file or directory"),
                ("/etc/passwd", 126, "cannot start /etc/passwd: Permission denied"),
                ("/etc", 126, "cannot start /etc: Permission denied"),
            ], Place.allCases)
        func notStarted(program: (name: String, status: CInt, words: String), place: Place) throws {
            let site = try Site()
            let daemon = try site.start(command: [program.name], in: place)
            #expect(try daemon.end() == .exited(program.status))
            #expect(try daemon.errors.end() == "pierdatd: error: \(program.words)\n")
            #expect(try daemon.output.end() == "")
        }

        @Test(
            "The program gets the streams, the working directory and its arguments unchanged",
            arguments: Place.allCases)
        func streams(place: Place) throws {
            let site = try Site()
            try site.seed("sh -c 'echo seeding; exec sleep 1000'")
            let input = try Input()
            input.write("in\n")
            let daemon = try site.start(
                command: [
                    "sh", "-c", "read word; echo \"$word|$PWD|$*\"; echo err >&2; read end; exit 7",
                    "sh",
                    "--", "-a", "b c",
                ],
                in: place, wrapper: ["env", "--chdir=/usr"], input: input.descriptor)
            try daemon.errors.line(containing: "sh: seeding")
            try daemon.errors.line("err") { $0 == "err" }
            input.write("\n")
            #expect(try daemon.end() == .exited(7))
            #expect(try daemon.output.end() == "in|/usr|-- -a b c\n")
        }

        @Test(
            "pierdatd keeps neither the working directory nor descriptors of its caller",
            arguments: Place.allCases)
        func leavesCaller(place: Place) throws {
            let site = try Site()
            try site.seed("sh -c 'echo \"in $PWD\"; exec sleep 1000'")
            let daemon = try site.start(
                script: "echo \"$PWD $(readlink /proc/self/fd/7)\"; exec sleep 1000", in: place,
                wrapper: ["sh", "-c", "cd /usr; exec 7</etc/passwd; exec \"$@\"", "sh"])
            try daemon.output.line("of the program") { $0 == "/usr /etc/passwd" }
            try daemon.errors.line("of the seeder") { $0 == "sh: in /" }
            #expect(ProcessStatus(pid: daemon.pid).workingDirectory == "/")
            #expect(!ProcessStatus(pid: daemon.pid).descriptors.values.contains("/etc/passwd"))
        }

        @Test("Nothing is printed with PIERDAT_LOG=error, and otherwise every line has one prefix")
        func quiet() throws {
            let site = try Site()
            try site.seed("sh -c 'echo seeding'", "'")
            let script = "echo up; read word"
            let input = try Input()
            let loud = try site.start(command: ["sh", "-c", script], input: input.descriptor)
            try loud.errors.line(containing: "sh ended with status 0; restarting in")
            #expect(
                try loud.errors.lines(containing: "pierdatd: ", count: 2).allSatisfy {
                    $0.hasPrefix("pierdatd: ")
                })
            loud.send(SIGTERM)
            try loud.end()
            let quiet = try site.start(
                command: ["sh", "-c", script], environment: ["PIERDAT_LOG": "error"],
                input: input.descriptor)
            try quiet.errors.lines(containing: "sh: seeding", count: 2)
            quiet.send(SIGTERM)
            #expect(try quiet.end() == .exited(143))
            #expect(try !quiet.errors.end().contains("pierdatd:"))
        }

        @Test("The program runs even if nobody reads its stderr")
        func blockedErrors() throws {
            let site = try Site()
            try site.seed("'")
            let errors = try Pipe()
            let junk = [UInt8](repeating: 0, count: 4096)
            _ = fcntl(errors.writingEnd.rawValue, F_SETFL, O_NONBLOCK)
            while write(errors.writingEnd.rawValue, junk, junk.count) > 0 {}
            _ = fcntl(errors.writingEnd.rawValue, F_SETFL, 0)
            let daemon = try site.start(
                command: ["sh", "-c", "exit 7"], environment: ["PIERDAT_GRACE": "soon"],
                errors: errors.writingEnd.rawValue)
            #expect(try daemon.end() == .exited(7))
        }

        @Test("The program runs even if its streams are closed")
        func closedStreams() throws {
            let site = try Site()
            let file = site.folder.path.appending("children")
            try site.seed("sh -c 'readlink /proc/self/fd/0; exec sleep 1000'")
            let daemon = try site.start(
                command: ["sh", "-c", "ls -l /proc/$$/fd >'\(file)'; exit 7"],
                wrapper: ["sh", "-c", "exec \"$@\" 0<&- 1>&- 2>&-", "sh"])
            #expect(try daemon.end() == .exited(7))
            let listing = ProcessStatus.text(file.string)
            #expect(!listing.contains("/dev/null") && !listing.contains("anon_inode"))
        }

        @Test(
            "An invalid PIERDAT_GRACE causes a warning and means 9 s")
        func malformedGrace() throws {
            let site = try Site()
            for text in ["soon", "-1", "9223372036854775807"] {
                let daemon = try site.start(script: "exit 7", environment: ["PIERDAT_GRACE": text])
                #expect(try daemon.end() == .exited(7))
                let words = "pierdatd: warning: PIERDAT_GRACE=\(text) is invalid: expected seconds"
                #expect(try daemon.errors.end().contains(words))
            }
        }
    }
}
