import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Data at start", .timeLimit(.minutes(3)))
struct AtStartTests {
    @Test("COMMAND starts when the data of a torrent is verified, and pierdatd then seeds it")
    func torrent() async throws {
        let given = try await Arrangement()
        let next = try given.next
        let daemon = try await Aria2.seeding(given.torrent, given.data) { seed in
            let line = "'\(given.torrent.magnet("x.pe=\(seed.address)"))' '\(given.destination)'"
            let ended = try await given.overlay
                .command("pierdatd", "--", "find", given.destination.string, "-type", "f")
                .with("PIERDAT_GET", line).run()
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(!ended.output.isEmpty)
            return given.overlay.command("pierdatd").with("PIERDAT_GET", line)
        }
        #expect(try given.isComplete)
        try await RunningProcess.with(daemon) { process in
            let line = try await process.line(containing: "listening on port ")
            try await next.fetch(from: "127.0.0.1:\(line.split(separator: " ").last ?? "")")
            let ready = try await given.overlay.pierdat("health", "--ready")
            #expect(ready.status == .exited(0), "\(ready)")
        }
        #expect(try next.isComplete)
    }

    @Test(
        "A file that has grown is served as it was, is reported as damaged, and is truncated at start"
    )
    func grown() async throws {
        let given = try await Arrangement()
        let next = try given.next
        let file = given.destination.appending("\(DataSet.name)/a file.bin")
        let daemon = try await Aria2.seeding(given.torrent, given.data) { seed in
            let line = "'\(given.torrent.magnet("x.pe=\(seed.address)"))' '\(given.destination)'"
            let daemon = given.overlay.command("pierdatd").with("PIERDAT_GET", line)
            try await RunningProcess.with(daemon) { process in
                let port = try await process.line(containing: "listening on port ")
                _ = try await process.line(containing: "is complete")
                let grown = try FileDescriptor.open(file, .writeOnly, options: .append)
                _ = try grown.closeAfter { try grown.writeAll("more".utf8) }
                let _: Bool = try await Patience.until(every: .milliseconds(200)) {
                    let ready = try await given.overlay.pierdat("health", "--ready")
                    let words = "a file.bin: it is longer than in the torrent"
                    return ready.status == .exited(1) && ready.errors.contains(words) ? true : nil
                }
                try await next.fetch(from: "127.0.0.1:\(port.split(separator: " ").last ?? "")")
            }
            return daemon
        }
        #expect(try next.isComplete)
        try await RunningProcess.with(daemon) { process in
            _ = try await process.line(containing: "is complete")
            let _: Bool = try await Patience.until(every: .milliseconds(200)) {
                let ready = try await given.overlay.pierdat("health", "--ready")
                return ready.status.isSuccess ? true : nil
            }
        }
        #expect(try given.isComplete)
    }

    @Test(
        "A download goes on where a pierdatd that was killed or stopped has left it",
        arguments: [SIGKILL, SIGTERM])
    func killed(signal: Int32) async throws {
        let given = try FileAtOrigin()
        let state = try given.folder.make("nginx")
        try await WebServer.serving(given.origin, state: state) { server in
            let daemon = given.overlay.command("pierdatd", "--", "echo", "started")
                .with("PIERDAT_GET", given.line(at: server.url))
            // Every 5 seconds the download records what has arrived.
            let slow = daemon.with("PIERDAT_DOWNLOAD_LIMIT", "1500k")
            let (_, status) = try await RunningProcess.with(slow) { process in
                _ = try await Patience.until {
                    (given.partial?.allocated ?? 0) > 12 << 20 ? true : nil
                }
                try process.send(signal)
                try await process.end()
            }
            if signal == SIGTERM { #expect(status == .exited(143)) }
            #expect(!given.isComplete)
            let ended = try await daemon.run()
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.output == "started\n")
            #expect(given.isComplete)
            #expect(ended.errors.contains("20.0 MiB verified"), "\(ended)")
            #expect(!ended.errors.contains("20.0 MiB received"), "\(ended)")
        }
    }

    @Test("Complete data starts COMMAND without its origin and is not read, unless that is wanted")
    func complete() async throws {
        let given = try FileAtOrigin(bytes: 1_000_000)
        let line = try await WebServer.serving(
            given.origin, state: given.folder.make("nginx")
        ) { server in
            let line = given.line(at: server.url)
            let ended = try await given.start(line)
            #expect(ended.status == .exited(0), "\(ended)")
            // The marker of another line: with its option.
            let verified = try await given.start("--verify-at-start \(line)")
            #expect(verified.status == .exited(0), "\(verified)")
            return line
        }
        // Whoever reads the file notices this, and whoever looks at its attributes does not.
        try given.damage()
        let again = try await given.start(line)
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.output == "started\n")
        #expect(again.errors.contains("is complete and has not changed"))

        // A new container without the list that the first one wrote.
        let list = given.overlay.prefix.appending("etc/pier.dat")
        let lines = try given.overlay.seedLines
        #expect(lines.count == 1)
        unlink(list.string)
        #expect(try await given.start(line).status == .exited(0))
        #expect(try given.overlay.seedLines == lines)
        // Without its torrent, the data cannot be seeded.
        let state = given.overlay.prefix.appending("var/lib/pierdat").string
        for name in try FileManager.default.contentsOfDirectory(atPath: state)
        where name.hasSuffix(".torrent") {
            unlink("\(state)/\(name)")
        }
        #expect(try await given.start(line).status == .exited(69))

        let careful = try await given.start("--verify-at-start \(line)")
        #expect(careful.status == .exited(69), "\(careful)")
        #expect(careful.output == "")
    }

    @Test("A file that has changed is downloaded again")
    func changed() async throws {
        let given = try FileAtOrigin(bytes: 1_000_000)
        try await WebServer.serving(given.origin, state: given.folder.make("nginx")) { server in
            for _ in 1...2 {
                let ended = try await given.start(given.line(at: server.url))
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(given.isComplete)
                let file = given.destination.appending(FileAtOrigin.name)
                guard truncate(file.string, 500_000) == 0 else { throw Errno(rawValue: errno) }
            }
        }
    }

    @Test("A DEST that is read-only or full ends pierdatd with 73 or 80 if it is not to try again")
    func unusable() async throws {
        let given = try FileAtOrigin(bytes: 1_000_000)
        let destination = try given.folder.make("destination")
        try await WebServer.serving(given.origin, state: given.folder.make("nginx")) { server in
            let daemon = given.overlay.command("pierdatd", "--", "echo", "started")
                .with("PIERDAT_GET", given.line(at: server.url)).with("PIERDAT_GET_RETRY", "off")
            let full = try await daemon.withTemporaryFileSystem(at: destination, size: "500k").run()
            #expect(full.status == .exited(80), "\(full)")
            let readOnly = try await daemon.withReadOnly(destination).run()
            #expect(readOnly.status == .exited(73), "\(readOnly)")
            #expect(full.output + readOnly.output == "")
        }
    }

    @Test(
        "A replica that waits for the download of another one says for which",
        arguments: ["text", "json"])
    func waits(format: String) async throws {
        let given = try FileAtOrigin(bytes: 1 << 20)
        let other = try Overlay(given.folder.path.appending("other"))
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=1000") + given.pin
            let first = other.command("pierdat", uri, given.destination.string)
            let second = given.overlay.command("pierdatd")
                .with("PIERDAT_GET", "'\(uri)' '\(given.destination)'")
                .with("PIERDAT_LOG_FORMAT", format)
            try await RunningProcess.with(first) { first in
                try await origin.answered("rate=1000")
                try await RunningProcess.with(second) { second in
                    _ = try await second.line(containing: "waiting for another pierdat")
                    let ready = try await given.overlay.pierdat("health", "--ready")
                    #expect(ready.status == .exited(1), "\(ready)")
                    let words = """
                        the download to \(given.destination) is running: waiting for another pierdat \
                        that downloads to \(given.destination) (process \(first.identifier))
                        """
                    #expect(ready.errors.contains(words), "\(ready)")
                }
            }
        }
    }

    @Test("A host that has no address yet is tried again, and fails with 69 otherwise")
    func noAddress() async throws {
        let given = try FileAtOrigin(bytes: 1)
        let uri = "http://no-such-host.invalid/f?signature=secret\(given.pin)"
        let line = "\(uri) \(given.destination)"
        let ended = try await given.start(line)
        #expect(ended.status == .exited(69), "\(ended)")
        #expect(ended.errors.contains("f?signature=***#sha256="), "\(ended)")
        #expect(!ended.errors.contains("secret"), "\(ended)")
        let daemon = given.overlay.command("pierdatd", "--", "echo", "started")
            .with("PIERDAT_GET", line)
        try await RunningProcess.with(daemon) { process in
            _ = try await process.line(containing: "trying again in ")
            let ready = try await given.overlay.pierdat("health", "--ready")
            #expect(ready.status == .exited(1), "\(ready)")
            #expect(ready.errors.contains("the download to \(given.destination)"), "\(ready)")
            #expect(ready.errors.contains(": cannot resolve no-such-host.invalid"), "\(ready)")
            #expect(!ready.errors.contains("secret"), "\(ready)")
            let live = try await given.overlay.pierdat("health")
            #expect(live.status == .exited(0), "\(live)")
        }
    }

    @Test(
        "A replica whose name server is silent lives, ends when told to, and goes on when it answers"
    )
    func silentNameServer() async throws {
        let given = try await Arrangement()
        try await VirtualNetwork.with { network in
            let (ours, other) = try await (network.host(.v4), network.host(.v4))
            let origin = try Overlay(given.folder.path.appending("origin overlay")).on(other)
            try await origin.seeding(given.torrent, in: given.data.folder) { seed in
                try await NameServer.answering(
                    "\(other.address) seeds.example\n", on: ours, state: given.folder.path
                ) { server in
                    let daemon = ours.command(
                        server.asked(
                            by: given.overlay.command("pierdatd", "--", "sleep", "1000")
                                .with("PIERDAT_PEERS", "seeds.example:\(seed.port)").with(
                                    "PIERDAT_GET",
                                    "'\(given.torrent.magnet())' '\(given.destination)'")))
                    try server.setSilent(true)
                    let (_, status) = try await RunningProcess.with(daemon) { process in
                        _ = try await process.line(containing: "0 peers")
                        try process.send(SIGTERM)
                        try await process.end()
                    }
                    #expect(status == .exited(143))
                    try await RunningProcess.with(daemon) { process in
                        _ = try await process.line(containing: "0 peers")
                        let live = try await given.overlay.pierdat("health")
                        #expect(live.status == .exited(0), "\(live)")
                        let ready = try await given.overlay.pierdat("health", "--ready")
                        #expect(ready.status == .exited(1), "\(ready)")
                        #expect(ready.errors.contains("is running: requesting"), "\(ready)")
                        try server.setSilent(false)
                        _ = try await process.line(containing: "is complete")
                    }
                }
            }
        }
        #expect(try given.isComplete)
    }

    @Test("--at-start downloads nothing and records the line once, with an absolute DEST")
    func record() async throws {
        let given = try FileAtOrigin(bytes: 1)
        let uri = "https://host.invalid/it's here\(given.pin)"
        for _ in 1...2 {
            let ended = try await given.get(
                "--at-start", "--timeout", "2m", "--verify-at-start", uri)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        let list = given.overlay.prefix.appending("etc/pier.get")
        #expect(
            try String(contentsOfFile: list.string, encoding: .utf8)
                == "--timeout=120 --verify-at-start 'https://host.invalid/it'\\''s here\(given.pin)' \(given.destination)\n"
        )
        #expect(given.arrived.isEmpty)
        #expect(try given.overlay.seedLines == [])
    }

    @Test("--at-start refuses what no backend supports, and a password, and records nothing")
    func refuse() async throws {
        let given = try FileAtOrigin(bytes: 1)
        for (words, status) in [
            (["nonsense"], 79), (["--backend", "none", "nonsense"], 79),
            (["https://me:secret@host.invalid/f\(given.pin)"], 64), ([], 64),
            (["https://host.invalid/f#sha256=12"], 65),
            (["git-annex:ssh://me:secret@host.invalid/a"], 64),
        ] as [([String], Int32)] {
            let ended = try await given.overlay.pierdat(
                ["--at-start"] + words + [given.destination.string])
            #expect(ended.status == .exited(status), "\(words) \(ended)")
            #expect(!ended.errors.contains("secret"), "\(ended)")
        }
        #expect(FileStatus(of: given.overlay.prefix.appending("etc/pier.get")) == nil)
    }
}

extension FileAtOrigin {
    /// The line of the get list for the file.
    fileprivate func line(at url: String) -> String {
        "'\(url)\(Self.name)\(pin)' '\(destination)'"
    }

    /// Runs `pierdatd -- echo started` to its end with that get list, without retries.
    fileprivate func start(_ line: String) async throws -> Ended {
        try await overlay.command("pierdatd", "--", "echo", "started")
            .with("PIERDAT_GET", line).with("PIERDAT_GET_RETRY", "off").run()
    }

    /// Changes a byte of the file, but neither its size nor its time.
    fileprivate func damage() throws {
        let path = destination.appending(Self.name)
        var before = stat()
        guard stat(path.string, &before) == 0 else { throw Errno(rawValue: errno) }
        let file = try FileDescriptor.open(path, .writeOnly)
        let byte = [contents[1000] ^ 1]
        try file.closeAfter {
            _ = try byte.withUnsafeBytes { try file.write(toAbsoluteOffset: 1000, $0) }
        }
        let times = [before.st_atim, before.st_mtim]
        guard utimensat(AT_FDCWD, path.string, times, 0) == 0 else {
            throw Errno(rawValue: errno)
        }
    }
}
