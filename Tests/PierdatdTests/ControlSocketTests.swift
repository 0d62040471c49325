import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("Control socket")
    struct ControlSocketTests {
        private static let ready = "sh -c 'echo ready; exec sleep 1000'"

        @Test("The socket has mode 0600 and is removed at a clean exit", arguments: Place.allCases)
        func cleanEnd(place: Place) throws {
            let site = try Site()
            try site.seed(Self.ready)
            let daemon = try site.start(in: place)
            try daemon.errors.line(containing: "sh: ready")
            var information = stat()
            #expect(lstat(site.socket.string, &information) == 0)
            #expect(information.st_mode == S_IFSOCK | 0o600)
            daemon.send(SIGTERM)
            #expect(try daemon.end() == .exited(0))
            #expect(names(in: site.runFolder) == [])
        }

        @Test("A stale socket is replaced")
        func leftover() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let first = try site.start()
            try first.errors.line(containing: "sh: ready")
            first.send(SIGKILL)
            try first.end()
            #expect(access(site.socket.string, F_OK) == 0)
            let answer = try site.pierdat("health")
            #expect(
                answer.end == .exited(1)
                    && answer.errors.hasPrefix("pierdat: pierdatd is not running: "))
            let second = try site.start()
            try second.errors.line(containing: "sh: ready")
            #expect(try site.status().pid == second.pid)
        }

        @Test("A second daemon of the same installation is refused with exit code 75")
        func twoOfThem() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let first = try site.start()
            try first.errors.line(containing: "sh: ready")
            let second = try site.start()
            #expect(try second.end() == .exited(75))
            #expect(
                try second.errors.end() == "pierdatd: another pierdatd is using \(site.runFolder)\n"
            )
            #expect(try site.status().pid == first.pid)
        }

        @Test("The lock is released when a daemon is killed while it starts its seeders")
        func killedAtStart() throws {
            let site = try Site()
            try site.seed((0..<100).map { "sh -c 'echo ready \($0); exec sleep 1000'" })
            for _ in 0..<20 {
                let daemon = try site.start()
                try daemon.errors.line(containing: "sh: ready")
                daemon.send(SIGKILL)
                try daemon.end()
            }
        }

        @Test("A daemon beside a program leaves an existing socket alone and runs the program")
        func besideProgram() throws {
            let site = try Site()
            try site.seed(Self.ready)
            let first = try site.start()
            try first.errors.line(containing: "sh: ready")
            let second = try site.start(script: "echo up; exec sleep 1000")
            try second.errors.line(containing: "another pierdatd is using \(site.runFolder)")
            try second.output.line(containing: "up")
            #expect(try site.status().pid == first.pid)
            second.send(SIGTERM)
            try second.end()
            #expect(try site.status().pid == first.pid)
        }

        @Test("The daemon's pid is found even if the daemon hangs or its pid file is lost")
        func pid() throws {
            let site = try Site()
            #expect(try site.pierdatdPid() == .init(end: .exited(1), output: "", errors: ""))
            try site.seed(Self.ready)
            let daemon = try site.start()
            try daemon.errors.line(containing: "sh: ready")
            daemon.send(SIGSTOP)
            let found = try site.pierdatdPid()
            #expect(found == .init(end: .exited(0), output: "\(daemon.pid)\n", errors: ""))
            daemon.send(SIGKILL)
            try daemon.end()
            #expect(try site.pierdatdPid().end == .exited(1))
        }

        @Test("The path of the run folder may be long, for seeders too")
        func longPath() throws {
            let folder = String(repeating: "a rather deep folder/", count: 10)
            let site = try Site(under: FilePath(folder))
            #expect(site.socket.string.utf8.count > 200)
            try site.seed("'" + site.notifier("seeder", "STATUS=from the deep") + "'")
            let daemon = try site.start()
            try site.status("the note") { $0.services.first?.says == "from the deep" }
            daemon.send(SIGTERM)
            try daemon.end()
            #expect(names(in: site.runFolder) == [])
        }

        @Test(
            "Without a writable folder everything runs, and the commands report it"
        )
        func notWritable() throws {
            let site = try Site()
            try site.seed(Self.ready)
            try AtomicFile.write([], to: site.overlay.prefix.appending("run"))
            let daemon = try site.start(script: "echo \"<$NOTIFY_SOCKET>\"; exec sleep 1000")
            try daemon.errors.line(containing: "status and health cannot query this pierdatd")
            try daemon.errors.line(containing: "sh: ready")
            try daemon.output.line(containing: "<>")
            for command in ["status", "health"] {
                let answer = try site.pierdat(command)
                #expect(answer.end == .exited(1) && answer.output == "")
                #expect(
                    answer.errors.hasPrefix(
                        "pierdat: pierdatd runs (pid \(daemon.pid)), but could not create \(site.socket)"
                    ))
            }
        }

        @Test("Clients that never read cost nothing and are dropped")
        func hostileClients() throws {
            let site = try Site()
            // More than the socket buffers hold.
            let padding = String(repeating: "x", count: 1000)
            try site.seed((0..<1000).map { "no-such-program \($0) \(padding)" })
            let daemon = try site.start(environment: ["PIERDAT_LOG": "error"])
            try site.status("all lines") { $0.services.count == 1000 }
            let descriptors = ProcessStatus(pid: daemon.pid).descriptors.count
            let address = try #require(SocketFolder(site.runFolder).address(of: "pierdatd.sock"))
            var clients: [UnixSocket] = []
            for _ in 0..<300 {
                let client = try UnixSocket(.stream)
                try waitUntil("it is connected") { (try? client.connect(to: address)) != nil }
                clients.append(client)
            }
            let lines = try site.status().services.compactMap(\.line)
            #expect(lines.count == 1000)
            #expect(ProcessStatus(pid: daemon.pid).descriptors.count <= descriptors + 4)
            // A report is larger than 1 MB. Four clients are served, not three hundred.
            #expect(lines.map(\.utf8.count).reduce(0, +) > 1_000_000)
            #expect(ProcessStatus(pid: daemon.pid).number("VmRSS") < 40_000)
            try waitUntil("they are forgotten") {
                ProcessStatus(pid: daemon.pid).descriptors.count <= descriptors
            }
            #expect(try site.status().services.count == 1000)
        }
    }
}

/// The names in a folder.
private func names(in folder: FilePath) -> [String] {
    guard let stream = opendir(folder.string) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
