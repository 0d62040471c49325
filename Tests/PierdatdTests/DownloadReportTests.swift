import Glibc
import LinuxSystem
import PeerFixtures
import Testing

extension Promises {
    @Suite("Reports of downloads")
    struct DownloadReportTests {
        @Test("A download says that it stands still and how far it has come, as long as it runs")
        func stalled() throws {
            let site = try Site()
            let held = site.folder.path.appending("held")
            try AtomicFile.write([], to: held)
            let python = """
                import os, socket, sys, time
                reporter = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                reporter.connect(os.environ["NOTIFY_SOCKET"])
                lines = ["get_stalled 1", "get_present_bytes 5", "get_size_bytes 7"]
                reporter.send("\\n".join("X_PIERDAT_METRIC=" + line for line in lines).encode())
                while os.path.exists("\(held)"): time.sleep(0.05)
                os.makedirs(sys.argv[1], exist_ok=True)
                open(sys.argv[1] + "/file", "w").write("content")
                open(os.environ["PIERDAT_MANIFEST"], "a").write("file\\0")
                """
            let script = site.folder.path.appending("get.py")
            try AtomicFile.write(Array(python.utf8), to: script)
            try site.overlay.addBackend(
                "test", check: "case $1 in test:*) ;; *) exit 1 ;; esac",
                get: "exec python3 '\(script)' \"$2\"")
            let data = site.folder.path.appending("data")
            let (daemon, scraper) = try site.startWithMetrics(
                environment: ["PIERDAT_GET": "test:it '\(data)'"])
            let label = "{destination=\"\(data)\"}"
            let running = [
                "\npierdat_get_stalled\(label) 1\n", "\npierdat_get_present_bytes\(label) 5\n",
                "\npierdat_get_size_bytes\(label) 7\n",
            ]
            try waitUntil("the download's numbers are there") {
                let page = try scraper.get("/metrics").body
                return running.allSatisfy(page.contains)
            }
            unlink(held.string)
            try daemon.errors.line(containing: "is complete")
            let page = try scraper.get("/metrics").body
            #expect(page.contains("\npierdat_get_stalled\(label) 0\n"), "\(page)")
            #expect(page.contains("\npierdat_get_last_success_timestamp_seconds\(label) "))
            #expect(!page.contains("pierdat_get_size_bytes"), "\(page)")
        }
    }
}
