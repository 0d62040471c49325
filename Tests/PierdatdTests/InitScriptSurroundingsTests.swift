import Foundation
import Glibc
import LinuxSystem
import SystemPackage
import Testing

extension Promises {
    @Suite("starts and stops by its init script in hard surroundings")
    struct InitScriptSurroundingsTests {
        private static let otherUser = [
            "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
        ]

        @Test(
            "A user other than root gets status 4 and one line, and nothing is left running",
            arguments: Shell.all)
        func otherUser(shell: Shell) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            let refused = try script.run(["start"], by: Self.otherUser)
            #expect(refused.status == 4)
            #expect(
                refused.errors == "pierdatd: cannot make \(site.runFolder): Permission denied\n")
            #expect(script.daemons == [])

            #expect(try script.run("start") == 0)
            #expect(try script.run(["status"], by: Self.otherUser).status == 0)
            for word in ["stop", "restart", "reload"] {
                let run = try script.run([word], by: Self.otherUser)
                #expect(run.status == 4)
                #expect(run.errors.hasSuffix("is another user's: be root\n"))
            }
            // Only who may look into the run folder can tell without the pid file.
            #expect(unlink(script.pidFile.string) == 0)
            for word in ["status", "start", "stop"] {
                let run = try script.run([word], by: Self.otherUser)
                #expect(run.status == 4)
                #expect(run.errors.split(separator: "\n").count == 1)
            }
            #expect(script.daemons.count == 1)
        }

        @Test("A read-only /run gets status 1 and one line, and nothing is left running")
        func readOnly() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            let folder = site.overlay.prefix.appending("run")
            try Folder.make(folder)
            let mounts =
                "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\""
            let run = try script.run(
                ["start"],
                by: [
                    "/usr/bin/unshare", "--mount", "/usr/bin/env",
                    "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "/bin/sh", "-c", mounts, folder.string,
                ])
            #expect(run.status == 1)
            #expect(
                run.errors == "pierdatd: cannot make \(site.runFolder): Read-only file system\n")
            #expect(script.daemons == [])
        }

        @Test("A pid file that cannot be written leaves nothing running")
        func noPidFile() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            try Folder.make(script.pidFile)
            let run = try script.run(["start"])
            #expect(run.status == 1)
            #expect(run.errors == "pierdatd: cannot make \(script.pidFile): Is a directory\n")
            #expect(script.daemons == [])
        }

        @Test("A program that is not installed gets status 5, and 3 for its status")
        func notInstalled() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            #expect(unlink(site.overlay.prefix.appending("usr/bin/pierdatd").string) == 0)
            for word in ["start", "restart", "try-restart", "reload", "force-reload"] {
                #expect(try script.run(word) == 5)
            }
            #expect(try script.run("status") == 3)
            #expect(try script.run("stop") == 0)
        }

        @Test("Several starts at once leave one daemon, and all of them succeed")
        func atOnce() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            #expect(try script.runAtOnce("start", times: 6) == [0, 0, 0, 0, 0, 0])
            #expect(script.daemons == [try #require(script.pid)])
            #expect(try site.status().pid == script.pid)
        }

        @Test("A daemon whose pid file is lost is found, though it hangs", arguments: Shell.all)
        func lostPidFile(shell: Shell) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            try script.set("PIERDAT_GRACE=0\n")
            #expect(try script.run("start") == 0)
            let pid = try #require(script.pid)
            #expect(unlink(script.pidFile.string) == 0)
            #expect(try script.run(["status"]).output == "pierdatd runs (pid \(pid)).\n")
            #expect(try script.run(["start"]).output == "pierdatd runs already.\n")
            #expect(try script.run("reload") == 0)
            kill(pid, SIGSTOP)
            #expect(try script.run(["status"]).output == "pierdatd runs (pid \(pid)).\n")
            #expect(try script.run("restart") == 0)
            #expect(script.daemons == [try #require(script.pid)])
            #expect(script.pid != pid)
        }

        @Test(
            "A settings file may end with a command that fails", arguments: Shell.all,
            ["[ -e /no-such-file ] && . /no-such-file", "false", "false\nSETTING=$UNSET", "log=/x"])
        func settings(shell: Shell, last: String) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            try script.set("SETTING=kept\n\(last)\n")
            #expect(try script.run("status") == 3)
            #expect(try script.run("start") == 0)
            #expect(try script.run("status") == 0)
            #expect(try script.run("stop") == 0)
            #expect(script.daemons == [])
        }

        @Test(
            "An odd PIERDAT_GRACE does not keep it from stopping", arguments: Shell.all,
            ["08", "000", "-1", "soon", "99999999999999999999"])
        func grace(shell: Shell, text: String) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            try script.set("PIERDAT_GRACE=\(text)\n")
            #expect(try script.run("start") == 0)
            #expect(try script.run("stop") == 0)
            #expect(script.daemons == [])
        }

        @Test("A reload goes on in a new log when the old one was renamed")
        func renamedLog() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            #expect(try script.run("start") == 0)
            try waitUntil("it has said something") { script.log != "" }
            let aside = script.logFile.string + ".aside"
            #expect(rename(script.logFile.string, aside) == 0)
            #expect(try script.run("reload") == 0)
            try waitUntil("it has read the list again") {
                script.log.contains("there is nothing to seed")
            }
            #expect(ProcessStatus.text(aside).components(separatedBy: "nothing to seed").count == 2)
        }

        @Test("A log that cannot be written is told of, and the daemon runs all the same")
        func noLog() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            try Folder.make(script.logFile)
            let run = try script.run(["start"])
            #expect(run.status == 0)
            #expect(
                run.errors.hasPrefix(
                    "pierdatd: warning: the log goes to standard error: \(script.logFile): "
                        + "Is a directory\n"))
            #expect(try script.run("reload") == 0)
            #expect(try script.run("status") == 0)
            #expect(try script.run("stop") == 0)
        }

        @Test("It stops and starts with stdout on a full disk, or closed, or read by nobody")
        func deafCaller() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            let full = try OwnedDescriptor(takingOver: open("/dev/full", O_WRONLY | O_CLOEXEC))
            #expect(try script.run(["start"], output: full.rawValue).status == 0)
            let first = try #require(script.pid)
            #expect(try script.run(["restart"], output: full.rawValue).status == 0)
            let second = try #require(script.pid)
            #expect(second != first)
            let shut = ["/bin/sh", "-c", "exec \"$@\" >&- 2>&-", "sh"]
            #expect(try script.run(["restart"], by: shut).status == 0)
            let third = try #require(script.pid)
            #expect(third != second)
            let broken = try Pipe().writingEnd
            #expect(try script.run(["restart"], output: broken.rawValue).status == 0)
            #expect(script.pid != third)
            #expect(script.daemons.count == 1)
        }

        @Test("The daemon keeps none of its caller's descriptors, nor its working directory")
        func lock() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            let lock = site.folder.path.appending("lock").string
            let locked = ["/usr/bin/flock", "--nonblock", lock, "/usr/bin/env", "--chdir=/usr"]
            #expect(try script.run(["start"], by: locked).status == 0)
            #expect(try script.run(["restart"], by: locked).status == 0)
            let pid = try #require(script.pid)
            let open = ProcessStatus(pid: pid).descriptors
            #expect(!open.values.contains(lock))
            #expect([0, 1, 2].allSatisfy { open[$0] == "/dev/null" })
            #expect(ProcessStatus(pid: pid).workingDirectory == "/")
        }

        @Test("Debian's start-stop-daemon finds and stops what the script has started")
        func startStopDaemon() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            let match = [
                "/sbin/start-stop-daemon", "--pidfile", script.pidFile.string, "--exec",
                site.overlay.prefix.appending("usr/bin/pierdat").string, "--name", "pierdatd",
            ]
            #expect(try script.run("start") == 0)
            #expect(try Daemon(match + ["--status"], in: .subreaper).end() == .exited(0))
            #expect(
                try Daemon(match + ["--stop", "--retry=20"], in: .subreaper).end() == .exited(0))
            #expect(try script.run("status") == 3)
            #expect(access(script.pidFile.string, F_OK) != 0)
        }

        @Test(
            "What start-stop-daemon has started in its own way is found and stopped by the script")
        func startedByStartStopDaemon() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            let daemon = site.overlay.prefix.appending("usr/bin/pierdatd").string
            let start = ["/sbin/start-stop-daemon", "--start", "--background", "--exec", daemon]
            #expect(try Daemon(start, in: .subreaper).end() == .exited(0))
            try waitUntil("it runs") { try script.run("status") == 0 }
            #expect(try script.run(["start"]).output == "pierdatd runs already.\n")
            #expect(try script.run("stop") == 0)
            #expect(script.daemons == [])
        }
    }
}
