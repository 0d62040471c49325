import Glibc
import LinuxSystem
import PeerFixtures
import Testing

extension Promises {
    @Suite("The last report of a seeder")
    struct LastReportTests {
        /// The number of datagrams: more than are handled before other events get their turn.
        private static let datagrams = 40

        @Test("What a seeder reports right before its end is counted")
        func last() throws {
            let site = try Site()
            let started = site.folder.path.appending("started")
            // pierdatd is stopped meanwhile, so that it learns of the end and of the reports at once.
            let python = """
                import os, signal, socket
                if os.path.exists("\(started)"): signal.pause()
                reporter = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                reporter.connect(os.environ["NOTIFY_SOCKET"])
                os.kill(os.getppid(), signal.SIGSTOP)
                for number in range(\(Self.datagrams)):
                    line = 'X_PIERDAT_METRIC=reports_total{number="%d"} 1' % number
                    reporter.send(line.encode())
                open("\(started).new", "w").write(str(os.getpid()))
                os.rename("\(started).new", "\(started)")
                """
            let script = site.folder.path.appending("seeder.py")
            try AtomicFile.write(Array(python.utf8), to: script)
            try site.seed("python3 \(script)")
            // A namespace has its own limit of queued datagrams.
            let queue = "echo 512 >/proc/sys/net/unix/max_dgram_qlen; exec \"$@\""
            let daemon = try site.start(wrapper: ["unshare", "--net", "sh", "-c", queue, "sh"])
            try waitUntil("the seeder has ended") {
                guard let pid = pid_t(ProcessStatus.text(started.string)) else { return false }
                return ProcessStatus(pid: pid)["State"]?.first == "Z"
            }
            daemon.send(SIGCONT)
            try daemon.errors.line(containing: "python3 ended with status 0")
            let page = try site.pierdat("status", "--metrics").output
            let counted = page.ranges(of: "\npierdat_reports_total{").count
            #expect(counted == Self.datagrams, "\(page)")
        }
    }
}
