import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("Notifications for a service manager")
    struct NotifyTests {
        private static let ready = "sh -c 'echo ready; exec sleep 1000'"

        @Test(
            "The service manager learns of readiness, status changes and stopping",
            arguments: [false, true])
        func life(isAbstract: Bool) throws {
            let site = try Site()
            let manager = try ServiceManager(isAbstract ? nil : site.folder.path)
            try site.seed(Self.ready)
            let daemon = try site.start(environment: manager.environment)
            #expect(try manager.next() == "READY=1")
            #expect(manager.lastSender == daemon.pid)
            try manager.message("STATUS=1 seeder runs")
            try site.seed(Self.ready, "sh -c 'echo gone; exit 3'")
            try daemon.errors.line(containing: "sh: gone")
            try manager.message("STATUS=1 of 2 seeders run")
            daemon.send(SIGTERM)
            try manager.message("STOPPING=1")
            #expect(try daemon.end() == .exited(0))
        }

        @Test("The service manager learns of the beginning and the end of a reload")
        func reload() throws {
            let site = try Site()
            let manager = try ServiceManager(site.folder.path)
            try site.seed(Self.ready)
            let daemon = try site.start(environment: manager.environment)
            try manager.message("READY=1")
            var before = timespec()
            clock_gettime(CLOCK_MONOTONIC, &before)
            daemon.send(SIGHUP)
            let lines = try manager.message("RELOADING=1\n").split(separator: "\n")
            let time = try #require(Int(lines[1].dropFirst("MONOTONIC_USEC=".count)))
            #expect(lines.count == 2 && time >= before.tv_sec * 1_000_000 + before.tv_nsec / 1000)
            try manager.message("READY=1")
        }

        @Test("Watchdog pings arrive as often as requested")
        func watchdog() throws {
            let site = try Site()
            let manager = try ServiceManager(site.folder.path)
            let daemon = try site.start(
                environment: manager.environment.merging(["WATCHDOG_USEC": "200000"]) { $1 })
            for _ in 0..<5 { try manager.message("WATCHDOG=1") }
            daemon.send(SIGSTOP)
            try waitUntil("it is stopped") { ProcessStatus(pid: daemon.pid)["State"]?.first == "T" }
            manager.forgetAll()
            daemon.send(SIGCONT)
            try manager.message("WATCHDOG=1")
        }

        @Test("There are no watchdog pings if the watchdog is for another process")
        func othersWatchdog() throws {
            let site = try Site()
            let manager = try ServiceManager(site.folder.path)
            // The second run starts a second later at the earliest.
            try site.seed("sh -c 'echo life; exit 3'")
            let daemon = try site.start(
                environment: manager.environment.merging([
                    "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1",
                ]) { $1 })
            try daemon.errors.lines(containing: "sh: life", count: 2)
            daemon.send(SIGTERM)
            try manager.message("STOPPING=1")
            #expect(!manager.all.contains("WATCHDOG=1"))
        }

        @Test("The environment of the program is unchanged, and seeders do not get the variables")
        func environment() throws {
            let site = try Site()
            let manager = try ServiceManager(site.folder.path)
            let print = "echo \"<$NOTIFY_SOCKET|$WATCHDOG_USEC|$WATCHDOG_PID>\"; exec sleep 1000"
            try site.seed([try site.script("seeder", print)])
            let environment = manager.environment.merging([
                "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1",
            ]) { $1 }
            let daemon = try site.start(script: print, environment: environment)
            try daemon.output.line(
                containing: "<\(manager.environment["NOTIFY_SOCKET"] ?? "")|100000|1>")
            try daemon.errors.line(
                containing: "seeder: <\(site.runFolder.appending("notify.sock"))||>")
        }

        @Test("Beside a program, only watchdog pings for the watched process are sent")
        func besideProgram() throws {
            let site = try Site()
            let manager = try ServiceManager(site.folder.path)
            let daemon = try site.start(
                script: "trap 'exit 3' TERM; echo up; while :; do sleep 0.1; done",
                environment: manager.environment,
                wrapper: ["sh", "-c", "WATCHDOG_USEC=200000 WATCHDOG_PID=$$ exec \"$@\"", "sh"])
            try daemon.output.line(containing: "up")
            for _ in 0..<3 { try manager.message("WATCHDOG=1") }
            daemon.send(SIGHUP)
            daemon.send(SIGTERM)
            try daemon.end()
            manager.take()
            #expect(manager.all.allSatisfy { $0 == "WATCHDOG=1" })
        }
    }
}

/// The receiving end of NOTIFY_SOCKET, like systemd's.
private final class ServiceManager {
    private let socket: UnixSocket
    private var waiting: ArraySlice<String> = []
    private(set) var all: [String] = []
    private(set) var lastSender: pid_t = 0
    let environment: [String: String]

    /// Listens in `folder`, or in the abstract namespace.
    init(_ folder: FilePath?) throws {
        let name =
            folder?.appending("manager").string
            ?? "@pierdat-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let address = try #require(UnixSocketAddress(notifySocket: name))
        socket = try UnixSocket(.datagram)
        try socket.askForSenders()
        try socket.bind(to: address)
        environment = ["NOTIFY_SOCKET": name]
    }

    /// Reads the messages received so far.
    func take() {
        while let (bytes, sender) = socket.receive(atMost: 4096) {
            lastSender = sender
            all.append(String(decoding: bytes, as: UTF8.self))
            waiting.append(all[all.count - 1])
        }
    }

    func forgetAll() {
        take()
        waiting = []
    }

    /// Waits for the next message.
    func next() throws -> String {
        let deadline = Deadline()
        while waiting.isEmpty {
            guard deadline.wait(for: socket.descriptor.rawValue) else {
                throw TimeIsUp(description: "no message after \(all)")
            }
            take()
        }
        return waiting.removeFirst()
    }

    /// Waits for the next message that starts with `words` and ignores those before it.
    @discardableResult
    func message(_ words: String) throws -> String {
        while true {
            let text = try next()
            if text.hasPrefix(words) { return text }
        }
    }
}
