import Foundation
import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("Init script")
    struct InitScriptTests {
        @Test("The exit codes are those of LSB, without Debian's tools", arguments: Shell.all)
        func statuses(shell: Shell) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            try site.seed("sh -c 'echo ready; exec sleep 1000'")
            #expect(try script.run("status") == 3)
            #expect(try script.run("stop") == 0)
            #expect(try script.run("reload") == 7)
            #expect(try script.run("try-restart") == 0)
            #expect(try script.run("status") == 3)

            #expect(try script.run("start") == 0)
            #expect(try script.run("status") == 0)
            let pid = try #require(script.pid)
            #expect(try site.status("the daemon") { _ in true }.pid == pid)
            #expect(try script.run("start") == 0)
            #expect(script.pid == pid)

            #expect(try script.run("restart") == 0)
            let second = try #require(script.pid)
            #expect(second != pid)
            // Its parent may reap it late.
            #expect((ProcessStatus(pid: pid)["State"] ?? "Z").hasPrefix("Z"))
            #expect(try script.run("try-restart") == 0)
            #expect(script.pid != second)

            #expect(try script.run("stop") == 0)
            #expect(try script.run("status") == 3)
            #expect(try script.run("stop") == 0)
            #expect(try script.run("nonsense") == 2)
            #expect(try script.run() == 2)
        }

        @Test("Reloading reads the seed list again", arguments: ["reload", "force-reload"])
        func reload(word: String) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: Shell.all[0])
            defer { script.end() }
            #expect(try script.run("start") == 0)
            let pid = try site.status("the daemon") { _ in true }.pid
            #expect(try script.run(word) == 0)
            // Once for the start and once for the reload.
            try waitUntil("it has read the list again") {
                script.log.components(separatedBy: "there is nothing to seed").count == 3
            }
            #expect(script.pid == pid)
        }

        @Test("A killed daemon is reported, and another one starts", arguments: Shell.all)
        func killed(shell: Shell) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            #expect(try script.run("start") == 0)
            let pid = try #require(script.pid)
            kill(pid, SIGKILL)
            try waitUntil("it is dead") {
                let state = ProcessStatus(pid: pid)["State"]
                return state == nil || state?.first == "Z"
            }
            #expect(try script.run("status") == 1)
            #expect(try script.run("start") == 0)
            #expect(try script.run("status") == 0)
            #expect(script.pid != pid)
        }

        @Test("A stopped daemon ends in bounded time, with the settings in etc/default")
        func bounded() throws {
            let site = try Site()
            let script = try InitScript(of: site, in: Shell.all[0])
            defer { script.end() }
            try script.set("PIERDAT_GRACE=0\nSETTING='of two words'\n")
            try site.seed("sh -c 'echo \"<$SETTING>\"; exec sleep 1000'")
            #expect(try script.run("start") == 0)
            try waitUntil("the setting is there") { script.log.contains("sh: <of two words>") }
            let pid = try #require(script.pid)
            let family = Descendants(of: pid)
            kill(pid, SIGSTOP)
            #expect(try script.run("stop") == 0)
            #expect(try script.run("status") == 3)
            try waitUntil("its seeders are gone, too") { family.areGone }
        }

        @Test("The log is rotated at 1 MiB")
        func log() throws {
            let site = try Site()
            let script = try InitScript(of: site, in: Shell.all[0])
            defer { script.end() }
            let line = String(repeating: "0123456789", count: 100)
            try site.seed([
                try site.script(
                    "seeder",
                    "i=0; while [ $i -lt 3000 ]; do echo \(line); i=$((i + 1)); done; echo ready; exec sleep 1000"
                )
            ])
            #expect(try script.run("start") == 0)
            try waitUntil("all is written") { script.log.contains("seeder: ready") }
            let sizes = try ["", ".1"].map { suffix in
                try FileManager.default.attributesOfItem(atPath: script.logFile.string + suffix)[
                    .size]
                    as? Int ?? 0
            }
            #expect(sizes.allSatisfy { $0 > 0 && $0 <= 1 << 20 })
            #expect(!FileManager.default.fileExists(atPath: script.logFile.string + ".2"))
        }
    }
}
