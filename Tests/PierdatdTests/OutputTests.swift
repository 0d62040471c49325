import Glibc
import LinuxSystem
import SystemPackage
import Testing

extension Promises {
    @Suite("Output of children")
    struct OutputTests {
        @Test(
            "Output is forwarded line by line with a prefix, and lines are never mixed",
            arguments: Place.allCases)
        func lines(place: Place) throws {
            let site = try Site()
            let words = ["first", "second", "third"]
            let scripts = try words.map { word in
                let pieces = word.map { "printf \($0)" }.joined(separator: "; ")
                return try site.script(
                    word, "for n in $(seq 200); do \(pieces); echo; done; sleep 1000")
            }
            try site.seed(scripts)
            let daemon = try site.start(in: place)
            for word in words {
                try daemon.errors.lines(containing: "\(word): \(word)", count: 200)
            }
            let lines = Set(daemon.errors.lines.filter { !$0.hasPrefix("pierdatd: ") })
            #expect(lines == Set(words.map { "\($0): \($0)" }))
        }

        @Test("A line is cut at 16 KiB, and the next line follows")
        func longLines() throws {
            let site = try Site()
            try site.seed(
                "sh -c 'head -c 100000 /dev/zero | tr \"\\\\0\" x; echo; echo next; sleep 1000'")
            let daemon = try site.start()
            try daemon.errors.line(containing: "sh: next")
            let line = try daemon.errors.line(containing: "xxx")
            #expect(line == "sh: " + String(repeating: "x", count: 16_384) + " [cut]")
        }

        @Test(
            "A child can write 1 GB without waiting and without making pierdatd grow",
            arguments: [("are read by nobody", true), ("go to /dev/null", false)])
        func flood(reader: (name: String, isMissing: Bool)) throws {
            let site = try Site()
            let done = site.folder.path.appending("done")
            let seeder = try site.script(
                "seeder",
                """
                while [ ! -e '\(done).start' ]; do sleep 0.02; done
                yes "$(printf %0999d 0)" | head -c 1000000000
                head -c 100000000 /dev/zero
                : >'\(done)'; exec sleep 1000
                """)
            try site.seed(seeder)
            let null = try OwnedDescriptor(takingOver: open("/dev/null", O_RDWR | O_CLOEXEC))
            let daemon = try site.start(errors: reader.isMissing ? nil : null.rawValue)
            try waitUntil("the seeder is started") { !daemon.children.isEmpty }
            let status = ProcessStatus(pid: daemon.pid)
            try waitUntil("pierdatd sleeps") { status["State"]?.first == "S" }
            let before = status.number("VmRSS")
            _ = try site.script("done.start", "")
            try waitUntil("it is done") { access(done.string, F_OK) == 0 }
            // In kB. Buffers of fixed sizes may have been allocated.
            #expect(status.number("VmHWM") < before + 1024)
            guard reader.isMissing else { return }
            try daemon.errors.line(containing: "lines were dropped because nobody read the log")
        }

        @Test("A log file that could not be opened at the start is opened by a later reload")
        func laterFile() throws {
            let site = try Site()
            let folder = site.folder.path.appending("later")
            let log = folder.appending("log")
            let daemon = try site.start(["--log", log.string])
            let failure = "cannot open the log file \(log): No such file or directory"
            try daemon.errors.line(containing: failure)
            try daemon.errors.line(containing: "there is nothing to seed")
            daemon.send(SIGHUP)
            try daemon.errors.lines(containing: failure, count: 2)
            try daemon.errors.lines(containing: "there is nothing to seed", count: 2)
            try Folder.make(folder)
            daemon.send(SIGHUP)
            try daemon.errors.line(containing: "the log continues in \(log)")
            try waitUntil("the log is in its file") {
                ProcessStatus.text(log.string).contains("there is nothing to seed")
            }
            daemon.send(SIGTERM)
            try daemon.end()
            let lines = try daemon.errors.end().split(separator: "\n")
            #expect(lines.last?.hasSuffix("the log continues in \(log)") == true)
        }

        @Test("The log file is rotated at 1 MiB")
        func rotation() throws {
            let site = try Site()
            let log = site.folder.path.appending("log")
            let count = 30_000
            try site.seed(
                "sh -c 'seq -f \"line %.0f of those that fill the log of a daemon, one by one\" \(count); sleep 1000'"
            )
            let daemon = try site.start(["--log", log.string])
            try waitUntil("all is written") {
                ProcessStatus.text(log.string).contains("line \(count) of")
            }
            let files = [log.string + ".1", log.string].map { ProcessStatus.text($0) }
            #expect(files.allSatisfy { !$0.isEmpty && $0.utf8.count <= 1 << 20 })
            daemon.errors.take()
            #expect(daemon.errors.text.isEmpty)
            let numbers = files.joined().split(separator: "\n").compactMap { line in
                line.hasPrefix("sh: line ") ? Int(line.split(separator: " ")[2]) : nil
            }
            // No line is lost or broken between the two files.
            let first = try #require(numbers.first)
            #expect(numbers == Array(first...count))
        }
    }
}
