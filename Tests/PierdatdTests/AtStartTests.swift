import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("Downloads at start")
    struct AtStartTests {
        @Test(
            "COMMAND starts when all downloads are complete, one after another",
            arguments: Place.allCases)
        func waits(place: Place) throws {
            let site = try Site()
            let origin = try site.origin()
            try origin.hold("one")
            let daemon = try site.start(
                script: "echo started; cat \(origin.destination)/one \(origin.destination)/two",
                in: place, environment: origin.lines("one", "two"))
            try daemon.errors.line(containing: "download: getting one")
            let status = try site.status("the downloads") {
                $0.downloads?.first?.state == "running"
            }
            #expect(status.program == nil && status.healthy && status.ready == false)
            #expect(status.downloads?.map(\.state) == ["running", "waiting"])
            #expect(status.downloads?.first?.destination == origin.destination.string)
            daemon.output.take()
            #expect(daemon.output.text == "")
            try origin.release("one")
            #expect(try daemon.output.end() == "started\none\ntwo\n")
            #expect(try daemon.end() == .exited(0))
            let log = try daemon.errors.end()
            // Before that, it is not known whether there is something to seed.
            let order = [
                "getting one", "got one", "getting two", "got two", "there is nothing to seed",
            ].map { log.range(of: $0)! }
            #expect(order.map(\.lowerBound) == order.map(\.lowerBound).sorted(), "\(log)")
        }

        @Test("COMMAND inherits what it would inherit without downloads", arguments: Place.allCases)
        func inherits(place: Place) throws {
            let site = try Site()
            let origin = try site.origin()
            let script =
                "pwd; ulimit -n; cat <&7; env | grep -v ^_= | sort; ls /proc/self/fd; cat; tty; exit 5"
            let file = try site.script("inherited", "")
            var said: [String] = []
            for variables in [[:], origin.lines("one")] {
                let daemon = try site.start(
                    [], command: ["sh", "-c", script], in: place,
                    environment: [
                        "NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "9", "PIERDAT_GET": "",
                    ].merging(variables) { $1 },
                    wrapper: [
                        "sh", "-c", "cd /usr; ulimit -Sn 200; exec 7<\(file); exec \"$@\"", "sh",
                    ])
                said.append(try daemon.output.end())
                #expect(try daemon.end() == .exited(5))
            }
            let withoutLine = said.map { text in
                text.split(separator: "\n").filter { !$0.hasPrefix("PIERDAT_GET=") }
            }
            #expect(withoutLine[0] == withoutLine[1])
            #expect(said[1].hasPrefix("/usr\n200\n#!/bin/sh\n"), "\(said[1])")
        }

        @Test("COMMAND gets the terminal after the downloads")
        func terminal() throws {
            let site = try Site()
            let origin = try site.origin()
            let terminal = try Terminal()
            let program = site.overlay.prefix.appending("usr/bin/pierdatd").string
            let script =
                "set -- $(cat /proc/$$/stat); [ $5 = $8 ] && echo owns it; read line; echo got $line"
            let daemon = try Daemon(
                [program, "--", "sh", "-c", script], in: .subreaper,
                environment: origin.lines("one"), terminal: terminal)
            try terminal.screen.line(containing: "owns it")
            terminal.type("hello\n")
            try terminal.screen.line(containing: "got hello")
            #expect(try daemon.end() == .exited(0))
        }

        @Test("With PIERDAT_START=beside, COMMAND starts at once, and no failure ends it")
        func beside() throws {
            let site = try Site()
            let origin = try site.origin()
            try origin.hold("one")
            let input = try LinuxSystem.Pipe()
            _ = fcntl(input.readingEnd.rawValue, F_SETFL, 0)
            let daemon = try site.start(
                command: ["sh", "-c", "echo started; read line; exit 3"],
                environment: origin.lines("one", "wrong 73").merging(
                    ["PIERDAT_START": "beside", "PIERDAT_GET_RETRY": "off"]) { $1 },
                input: input.readingEnd.rawValue)
            try daemon.output.line(containing: "started")
            try origin.release("one")
            let status = try site.status("the failure") { $0.downloads?.last?.state == "failed" }
            #expect(status.downloads?.map(\.state) == ["complete", "failed"])
            #expect(status.downloads?.last?.status == 73)
            #expect(status.program != nil && status.healthy && status.ready == false)
            #expect(status.notReady?.contains("failed with exit code 73") == true)
            #expect(write(input.writingEnd.rawValue, "\n", 1) == 1)
            #expect(try daemon.end() == .exited(3))
        }

        @Test(
            "Without retries, pierdatd ends with the download's exit code, and COMMAND is not started",
            arguments: Place.allCases, [65, 69, 73, 80, 124])
        func failure(place: Place, code: Int32) throws {
            let site = try Site()
            let origin = try site.origin()
            let daemon = try site.start(
                script: "echo started", in: place,
                environment: origin.lines("wrong \(code)", "two").merging(
                    ["PIERDAT_GET_RETRY": "off"]) { $1 })
            #expect(try daemon.end() == .exited(code))
            #expect(try daemon.output.end() == "")
            #expect(try !daemon.errors.end().contains("getting two"))
        }

        @Test("A failed download is tried again as often as PIERDAT_GET_RETRY says")
        func retries() throws {
            let site = try Site()
            let origin = try site.origin()
            let daemon = try site.start(
                script: "echo started",
                environment: origin.lines("wrong 69").merging(["PIERDAT_GET_RETRY": "1"]) { $1 })
            #expect(try daemon.end() == .exited(69))
            let log = try daemon.errors.end()
            #expect(log.components(separatedBy: "failing with 69").count == 3, "\(log)")
            #expect(log.contains("trying again in "))
        }

        @Test("By default a download is tried again until it succeeds, and the status tells why")
        func retriesForEver() throws {
            let site = try Site()
            let origin = try site.origin()
            let daemon = try site.start(
                script: "echo started", environment: origin.lines("later"))
            let status = try site.status("a retry") { $0.downloads?.first?.state == "retrying" }
            #expect(
                status.notReady?.hasPrefix(
                    "the download to \(origin.destination) failed and will be tried again: ")
                    == true)
            try origin.release("later")
            #expect(try daemon.output.end() == "started\n")
            #expect(try daemon.end() == .exited(0))
        }

        @Test(
            "SIGTERM, SIGINT or SIGQUIT stops a download within 2 s, and the exit code tells the signal",
            arguments: Place.allCases, [SIGTERM, SIGINT, SIGQUIT])
        func signal(place: Place, signal: CInt) throws {
            let site = try Site()
            let origin = try site.origin()
            try origin.hold("deaf")
            let daemon = try site.start(
                script: "echo started", in: place, environment: origin.lines("deaf"))
            try daemon.errors.line(containing: "getting deaf")
            daemon.send(signal)
            let start = SuspendingClock.now
            #expect(try daemon.end() == .exited(128 + signal))
            // A loaded machine is slow, but much faster than the grace period.
            #expect(start.duration(to: .now) < .seconds(6))
            #expect(try daemon.output.end() == "")
        }

        @Test("If pierdatd is killed, its download is killed, too", arguments: Place.allCases)
        func killed(place: Place) throws {
            let site = try Site()
            let origin = try site.origin()
            try origin.hold("deaf")
            let daemon = try site.start(
                script: "echo started", in: place, environment: origin.lines("deaf"))
            try daemon.errors.line(containing: "getting deaf")
            daemon.send(SIGKILL)
            try daemon.end()
            // The stream ends when its last writer has.
            _ = try daemon.errors.end()
        }

        @Test(
            "A line that is no download ends pierdatd with 64 before COMMAND starts",
            arguments: [
                "status", "--help", "--version", "--list-backends", "only-a-word",
                "test:one relative", "--no-such-option test:one /tmp/x", "test:one '/tmp/x",
                "--at-start test:one /tmp/x", "--is-on-get-list test:one /tmp/x", "\u{1b}[2J a /b",
                "'' ''", "-- --help",
            ])
        func hostile(line: String) throws {
            let site = try Site()
            let daemon = try site.start(
                script: "echo started", environment: ["PIERDAT_GET": line])
            #expect(try daemon.end() == .exited(64))
            #expect(try daemon.output.end() == "")
            let log = try daemon.errors.end()
            #expect(log.contains("PIERDAT_GET, line 1: "), "\(log)")
            #expect(!log.contains("\u{1b}"))
        }

        @Test("The name of a command is taken for a URI, which no retry makes one")
        func command() throws {
            let site = try Site()
            let daemon = try site.start(
                script: "echo started", environment: ["PIERDAT_GET": "publish /etc"])
            #expect(try daemon.end() == .exited(79))
            #expect(try daemon.output.end() == "")
        }

        @Test("The get list of the image, that of the state folder and PIERDAT_GET are one list")
        func lists() throws {
            let site = try Site()
            let origin = try site.origin()
            let state = try site.stateFolder()
            let line = { (name: String) in origin.lines(name)["PIERDAT_GET"]! }
            for (folder, name) in [
                (site.overlay.prefix.appending("etc"), "one"), (state.path, "two"),
            ] {
                let text = "# comment\n\n\(line("one"))\n\(line(name))\n"
                try AtomicFile.write(Array(text.utf8), to: folder.appending("pier.get"))
            }
            let daemon = try site.start(
                script: "echo started",
                environment: state.environment.merging(origin.lines("two", "three")) { $1 })
            #expect(try daemon.end() == .exited(0))
            let log = try daemon.errors.end()
            let got = log.matches(of: /download: got (\w+)/).map { String($0.1) }
            #expect(got == ["one", "two", "three"], "\(log)")
        }

        @Test("Data that is complete is not downloaded or read again, unless it has changed")
        func marker() throws {
            let site = try Site()
            let origin = try site.origin()
            let start = { (options: String) in
                var environment = origin.lines("one")
                environment["PIERDAT_GET"] = "\(options) \(environment["PIERDAT_GET"]!)"
                let daemon = try site.start(script: "echo started", environment: environment)
                #expect(try daemon.output.end() == "started\n")
                #expect(try daemon.end() == .exited(0))
                return try daemon.errors.end()
            }
            #expect(try start("").contains("got one"))
            let again = try start("")
            #expect(again.contains("is complete and has not changed") && !again.contains("getting"))
            let file = origin.destination.appending("one")
            try "two\n".write(toFile: file.string, atomically: false, encoding: .utf8)
            #expect(try start("").contains("got one"))
            #expect(try start("").contains("has not changed"))
            #expect(unlink(file.string) == 0)
            #expect(try start("").contains("got one"))
            #expect(try start("--verify-at-start").contains("got one"))
            #expect(try start("--verify-at-start").contains("got one"))
        }

        @Test("Lines that differ only before an @ are downloads of their own")
        func revisions() throws {
            let site = try Site()
            let origin = try site.origin()
            let daemon = try site.start(
                script: "echo started", environment: origin.lines("host/a@1", "host/b@1"))
            #expect(try daemon.end() == .exited(0))
            let log = try daemon.errors.end()
            #expect(log.contains("got a@1") && log.contains("got b@1"), "\(log)")
        }

        @Test("Passwords in the get list are not shown, and the marker has none")
        func secrets() throws {
            let site = try Site()
            let origin = try site.origin()
            let destination = origin.destination
            let daemon = try site.start(
                script: "echo started",
                environment: ["PIERDAT_GET": "test://me:secret@host/one \(destination)"])
            #expect(try daemon.end() == .exited(0))
            #expect(try !daemon.errors.end().contains("secret"))
            let found = try Daemon(
                ["grep", "-r", "secret", site.overlay.prefix.appending("var").string],
                in: .subreaper)
            #expect(try found.output.end() == "")
        }

        @Test("Settings that are invalid are reported, and the defaults are used")
        func invalidSettings() throws {
            let site = try Site()
            let origin = try site.origin()
            let daemon = try site.start(
                script: "echo started",
                environment: origin.lines("one").merging(
                    ["PIERDAT_START": "soon", "PIERDAT_GET_RETRY": "-1"]) { $1 })
            #expect(try daemon.end() == .exited(0))
            let log = try daemon.errors.end()
            #expect(log.contains("PIERDAT_START=soon is invalid: expected wait or beside"))
            #expect(log.contains("PIERDAT_GET_RETRY=-1 is invalid: expected on, off or a number"))
        }
    }
}

/// A backend `test` whose URIs the test controls.
struct TestOrigin {
    let folder: FilePath
    let destination: FilePath

    /// PIERDAT_GET with a line for each name.
    func lines(_ names: String...) -> [String: String] {
        let lines = names.map { name in
            "'test:\(name)' \(destination)"
        }
        return ["PIERDAT_GET": lines.joined(separator: "\n")]
    }

    /// Makes the download of `name` wait.
    func hold(_ name: String) throws {
        try AtomicFile.write([], to: folder.appending("\(name).hold"))
    }

    /// Lets the download of `name` go on or succeed.
    func release(_ name: String) throws {
        unlink(folder.appending("\(name).hold").string)
        try AtomicFile.write([], to: folder.appending("\(name).there"))
    }
}

extension Site {
    /// Adds the backend `test`. Its URI `test:NAME` gives a file NAME; `test:wrong N` fails with status N; `test:later`
    /// fails until it is released; `test:deaf` ignores SIGTERM.
    func origin() throws -> TestOrigin {
        let origin = TestOrigin(
            folder: try folder.make("origin"), destination: folder.path.appending("data"))
        try overlay.addBackend(
            "test", check: #"case $1 in test:*) ;; *) exit 1 ;; esac"#,
            get: """
                name=${1##*[:/]} dest=$2
                [ "$name" != deaf ] || trap '' TERM
                echo "getting $name" >&2
                case $name in
                    wrong*) echo "failing with ${name#wrong }" >&2; exit "${name#wrong }" ;;
                    later) [ -e "\(origin.folder)/$name.there" ] || { echo "$name is not there" >&2; exit 69; } ;;
                esac
                while [ -e "\(origin.folder)/$name.hold" ]; do sleep 0.05; done
                mkdir -p "$dest"
                echo "$name" >"$dest/$name"
                printf '%s\\0' "$name" >>"$PIERDAT_MANIFEST"
                echo "got $name" >&2
                """)
        return origin
    }
}
