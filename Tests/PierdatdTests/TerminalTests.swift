import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("pierdatd at a terminal")
    struct TerminalTests {
        private static let shell = ["bash", "--norc", "--noprofile", "--noediting", "-i"]

        private static func program(of daemon: Daemon) throws -> pid_t {
            try #require(
                daemon.children.first {
                    ProcessStatus(pid: $0).group == ProcessStatus(pid: $0).foregroundGroup
                })
        }

        @Test(
            "The program is in the foreground and, if it is a shell, controls its jobs",
            arguments: Place.allCases)
        func jobControl(place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1000")
            let terminal = try Terminal()
            let daemon = try site.start(Self.shell, at: terminal, in: place)
            terminal.type("echo up $((6 * 7)).\n")
            try terminal.screen.line(containing: "up 42.")
            #expect(!terminal.screen.text.contains("no job control"))
            let shell = ProcessStatus(pid: try Self.program(of: daemon))
            #expect(shell.terminal != 0)

            terminal.type("sleep 2000\n")
            try waitUntil("the job has the terminal") { shell.foregroundGroup != shell.group }
            let job = try #require(ProcessTable.children(of: shell.pid).first)
            let status = ProcessStatus(pid: job)
            try waitUntil("it is the job") { status.arguments == ["sleep", "2000"] }
            terminal.type("\u{1A}")
            try terminal.screen.line(containing: "Stopped")
            try waitUntil("the shell has it again") { shell.foregroundGroup == shell.group }
            #expect(status["State"]?.first == "T")
            terminal.type("bg\n")
            try waitUntil("it goes on behind") { status["State"]?.first == "S" }
            terminal.type("fg\n")
            try waitUntil("it goes on before") { shell.foregroundGroup == status.group }
            terminal.type("\u{03}")
            try waitUntil("it is interrupted") { !status.isAlive }
            terminal.type("echo still $((6 * 8)).\n")
            try terminal.screen.line(containing: "still 48.")
            terminal.type("exit 7\n")
            #expect(try daemon.end() == .exited(7))
        }

        @Test(
            "Ctrl-C and Ctrl-\\ reach the program once and no other process",
            arguments: Place.allCases)
        func interrupt(place: Place) throws {
            let site = try Site()
            try site.seed(
                try site.script(
                    "seeder",
                    "trap 'echo seeder hurt' INT QUIT; echo ready; while :; do sleep 0.05; done"))
            let terminal = try Terminal()
            let daemon = try site.start(
                [
                    "sh", "-c",
                    "for s in INT QUIT USR1; do trap \"echo got $s.\" $s; done; echo up; while :; do sleep 0.05; done",
                ], at: terminal, in: place)
            try terminal.screen.line(containing: "up")
            try terminal.screen.line(containing: "seeder: ready")
            terminal.type("\u{03}")
            try terminal.screen.line(containing: "got INT.")
            terminal.type("\u{1C}")
            try terminal.screen.line(containing: "got QUIT.")
            daemon.send(SIGUSR1)
            try terminal.screen.line(containing: "got USR1.")
            #expect(terminal.screen.text.count(of: "got ") == 3)
            #expect(!terminal.screen.text.contains("hurt"))
        }

        @Test(
            "Ctrl-Z reaches the program and stops nothing if no shell could continue it",
            arguments: Place.allCases)
        func suspend(place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1000")
            let terminal = try Terminal()
            let daemon = try site.start(
                ["bash", "-c", "\(Self.heeding); cat"], at: terminal,
                in: place)
            try terminal.screen.line(containing: "ready")
            terminal.type("\u{1A}")
            try terminal.screen.line(containing: "got TSTP.")
            terminal.type("\n")
            try terminal.screen.line(containing: "back to the default")
            for word in ["one", "two"] {
                terminal.type("\u{1A}")
                terminal.type("\(word)\n")
                // Once echoed by the terminal, once from the program.
                try terminal.screen.lines(containing: word, count: 2)
            }
            terminal.type("\u{03}")
            #expect(try daemon.end() == .exited(130))
        }

        /// Handles Ctrl-Z until a line arrives.
        private static let heeding =
            "trap 'echo got TSTP.' TSTP; echo ready; read word; trap - TSTP; echo back to the default"

        @Test("With a shell, Ctrl-Z makes pierdatd a stopped job like the program itself")
        func job() throws {
            let site = try Site()
            try site.seed("sleep 1000")
            let terminal = try Terminal()
            let program = site.overlay.prefix.appending("usr/bin/pierdatd").string
            let shell = try Daemon(
                Self.shell, in: .subreaper, environment: ["PS1": "prompt> ", "TERM": "dumb"],
                terminal: terminal)
            // Without children, because the shell does not see a stop of a process that it is about
            // to start (vfork).
            let job =
                "trap 'echo goes on' CONT; trap 'echo ends; exit 7' INT; echo up; while :; do read -t 0.05; done"
            terminal.type("'\(program)' -- bash -c \"\(job)\"\n")
            for count in 1...2 {
                try terminal.screen.line("of the start") { $0.hasSuffix("up") }
                terminal.type("\u{1A}")
                try terminal.screen.lines(containing: "Stopped", count: count)
                terminal.type("echo shell $((6 * 7 + \(count))).\n")
                try terminal.screen.line(containing: "shell \(42 + count).")
                let before = terminal.screen.lines.count { $0 == "goes on" }
                terminal.type("fg\n")
                try waitUntil("it goes on") {
                    terminal.screen.take()
                    return terminal.screen.lines.count { $0 == "goes on" } > before
                }
            }
            terminal.type("\u{03}")
            try terminal.screen.line("of the end") { $0.hasSuffix("ends") }
            terminal.type("echo status $?.\n")
            try terminal.screen.line(containing: "status 7.")
            withExtendedLifetime(shell) {}
        }

        @Test("The program is notified of changes of the window size", arguments: Place.allCases)
        func windowSize(place: Place) throws {
            let site = try Site()
            let terminal = try Terminal()
            terminal.resize(rows: 25, columns: 80)
            let daemon = try site.start(
                ["bash", "-c", "trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done"],
                at: terminal, in: place)
            try terminal.screen.line(containing: "25 80")
            terminal.resize(rows: 43, columns: 132)
            try terminal.screen.line(containing: "43 132")
            withExtendedLifetime(daemon) {}
        }

        @Test(
            "Signals that stop background processes do not stop pierdatd", arguments: Place.allCases
        )
        func background(place: Place) throws {
            let site = try Site()
            try site.seed(
                try site.script("seeder", "while :; do echo seeds; sleep 0.05; done"))
            let terminal = try Terminal()
            let daemon = try site.start(
                ["sh", "-c", "stty tostop; echo up; read word; echo end; exit 7"], at: terminal,
                in: place)
            try terminal.screen.line(containing: "up")
            for signal in [SIGTTOU, SIGTTIN] {
                daemon.send(signal)
                let said = terminal.screen.text.count(of: "seeder: seeds")
                try terminal.screen.lines(containing: "seeder: seeds", count: said + 2)
                #expect(ProcessStatus(pid: daemon.pid)["State"]?.first != "T")
            }
            terminal.type("word\n")
            try terminal.screen.line(containing: "end")
            #expect(try daemon.end() == .exited(7))
        }

        @Test("At the end the terminal returns to the process that started pierdatd")
        func afterwards() throws {
            let site = try Site()
            let terminal = try Terminal()
            let program = site.overlay.prefix.appending("usr/bin/pierdatd").string
            let shell = try Daemon(
                Self.shell, in: .subreaper, environment: ["PS1": "prompt> ", "TERM": "dumb"],
                terminal: terminal)
            terminal.type("'\(program)' -- sh -c 'echo inside $((6 * 7)).; exit 7'\n")
            try terminal.screen.line(containing: "inside 42.")
            terminal.type("echo status $?.\n")
            try terminal.screen.line(containing: "status 7.")
            let status = ProcessStatus(pid: shell.pid)
            #expect(status.foregroundGroup == status.group)
        }
    }
}
