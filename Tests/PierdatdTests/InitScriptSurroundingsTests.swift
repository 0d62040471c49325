import Foundation
import Glibc
import LinuxSystem
import SystemPackage
import Testing

extension Promises {
    @Suite("Init script in difficult environments")
    struct InitScriptSurroundingsTests {
        private static let otherUser = [
            "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
        ]

        @Test(
            "A user other than root gets exit code 4 and one line, and nothing keeps running",
            arguments: Shell.all)
        func otherUser(shell: Shell) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            let refused = try script.run(["start"], by: Self.otherUser)
            #expect(refused.status == 4)
            #expect(
                refused.errors == "pierdatd: cannot create \(site.runFolder): Permission denied\n")
            #expect(script.daemons == [])

            #expect(try script.run("start") == 0)
            #expect(try script.run(["status"], by: Self.otherUser).status == 0)
            for word in ["stop", "restart", "reload"] {
                let run = try script.run([word], by: Self.otherUser)
                #expect(run.status == 4)
                #expect(run.errors.hasSuffix("belongs to another user: run this as root\n"))
            }
            // Without the pid file, only users that may read the run folder can find the daemon.
            #expect(unlink(script.pidFile.string) == 0)
            for word in ["status", "start", "stop"] {
                let run = try script.run([word], by: Self.otherUser)
                #expect(run.status == 4)
                #expect(run.errors.split(separator: "\n").count == 1)
            }
            #expect(script.daemons.count == 1)
        }

        @Test("A read-only /run gives exit code 1 and one line, and nothing keeps running")
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
                run.errors == "pierdatd: cannot create \(site.runFolder): Read-only file system\n")
            #expect(script.daemons == [])
        }

        @Test("An unwritable pid file leaves nothing running")
        func noPidFile() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            try Folder.make(script.pidFile)
            let run = try script.run(["start"])
            #expect(run.status == 1)
            #expect(run.errors == "pierdatd: cannot create \(script.pidFile): Is a directory\n")
            #expect(script.daemons == [])
        }

        @Test("A program that is not installed gives exit code 5, and 3 for status")
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

        @Test("Several concurrent starts all succeed and leave one daemon")
        func atOnce() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            #expect(try script.runAtOnce("start", times: 6) == [0, 0, 0, 0, 0, 0])
            #expect(script.daemons == [try #require(script.pid)])
            #expect(try site.status().pid == script.pid)
        }

        @Test("A daemon without a pid file is found even if it hangs", arguments: Shell.all)
        func lostPidFile(shell: Shell) throws {
            let site = try Site()
            let script = try InitScript(of: site, in: shell)
            defer { script.end() }
            try script.set("PIERDAT_GRACE=0\n")
            #expect(try script.run("start") == 0)
            let pid = try #require(script.pid)
            #expect(unlink(script.pidFile.string) == 0)
            #expect(try script.run(["status"]).output == "pierdatd runs (pid \(pid)).\n")
            #expect(try script.run(["start"]).output == "pierdatd is already running.\n")
            #expect(try script.run("reload") == 0)
            kill(pid, SIGSTOP)
            #expect(try script.run(["status"]).output == "pierdatd runs (pid \(pid)).\n")
            #expect(try script.run("restart") == 0)
            #expect(script.daemons == [try #require(script.pid)])
            #expect(script.pid != pid)
        }

        @Test(
            "A settings file may end with a failing command", arguments: Shell.all,
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
            "An invalid PIERDAT_GRACE does not prevent stopping", arguments: Shell.all,
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

        @Test("A reload continues in a new log after the old one was renamed")
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

        @Test("An unwritable log is reported, and the daemon runs anyway")
        func noLog() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            try Folder.make(script.logFile)
            let run = try script.run(["start"])
            #expect(run.status == 0)
            #expect(
                run.errors.hasPrefix(
                    "pierdatd: warning: cannot open the log file \(script.logFile): "
                        + "Is a directory; logging to standard error until a reload (SIGHUP)\n"))
            #expect(try script.run("reload") == 0)
            #expect(try script.run("status") == 0)
            #expect(try script.run("stop") == 0)
        }

        @Test("It stops and starts with stdout on a full disk, closed or without a reader")
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

        @Test("The daemon keeps neither descriptors nor the working directory of its caller")
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
            "The script finds and stops what start-stop-daemon has started in its own way")
        func startedByStartStopDaemon() throws {
            let site = try Site()
            let script = try InitScript(of: site)
            defer { script.end() }
            let daemon = site.overlay.prefix.appending("usr/bin/pierdatd").string
            let start = ["/sbin/start-stop-daemon", "--start", "--background", "--exec", daemon]
            #expect(try Daemon(start, in: .subreaper).end() == .exited(0))
            try waitUntil("it runs") { try script.run("status") == 0 }
            #expect(try script.run(["start"]).output == "pierdatd is already running.\n")
            #expect(try script.run("stop") == 0)
            #expect(script.daemons == [])
        }
    }
}
