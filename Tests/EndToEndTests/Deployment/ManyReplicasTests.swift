import Foundation
import PeerFixtures
import Synchronization
import SystemPackage
import Testing

@Suite("A hundred replicas on one machine", .large, .serialized, .timeLimit(.minutes(10)))
struct ManyReplicasTests {
    private static let count = 100
    /// A user of their own, because the kernel limits how many lists all processes of a user watch (inotify(7)).
    fileprivate static let user = "12345"

    @Test("Each gets the data into its own volume, and few copies leave the origin")
    func ownVolumes() async throws {
        let given = try FileAtOrigin(bytes: 4 << 20)
        let torrent = try await TorrentFile.make(
            .v1, of: given.origin.appending(FileAtOrigin.name),
            at: given.folder.path.appending("origin.torrent"), pieceSize: 1 << 16)
        try await VirtualNetwork.with { network in
            let source = try await network.host(.v4)
            var hosts: [PeerFixtures.Host] = []
            for _ in 0..<Self.count { hosts.append(try await network.host(.v4)) }
            let names = given.folder.path.appending("hosts")
            try hosts.map { "\($0.address) app.example\n" }.joined()
                .write(toFile: names.string, atomically: false, encoding: .utf8)
            try await given.folder.give(to: Self.user)
            let started = hosts.enumerated().map { number, host in
                host.command(
                    given.replica(number, in: "volume \(number)").get("\(torrent.magnet())")
                        .with("PIERDAT_PORT", "6881").with("PIERDAT_PEERS", "app.example")
                        .with(names, inPlaceOf: "/etc/hosts"))
            }
            let copies = try await Replicas.running(started) { replicas in
                try await replicas.all { $0.waiting }
                // It connects to replicas that have been waiting for it.
                let origin = try Overlay(given.folder.path.appending("origin overlay"))
                try origin.seed(torrent, in: given.origin)
                let seed = origin.command("pierdatd").with("PIERDAT_PEERS", "app.example")
                    .with(names, inPlaceOf: "/etc/hosts")
                return try await RunningProcess.with(source.command(seed)) { _ in
                    try await replicas.all { $0.complete }
                    return try await origin.sentBytes / Double(given.contents.count)
                }.value
            }
            #expect(copies < 5, "\(copies) copies")
        }
        for number in 0..<Self.count {
            let file = given.folder.path.appending("volume \(number)/\(FileAtOrigin.name)")
            #expect(FileManager.default.contents(atPath: file.string) == given.contents)
        }
    }

    @Test("All of them have the data in the volume that they share, which was downloaded once")
    func sharedVolume() async throws {
        let given = try FileAtOrigin(bytes: 4 << 20)
        try await given.folder.give(to: Self.user)
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + given.pin
            let started = (0..<Self.count).map { given.replica($0, in: "volume").get(uri) }
            try await Replicas.running(started) { try await $0.all { $0.complete } }
            #expect(await origin.requests.count { $0.range.hasPrefix("bytes=0-") } == 1)
        }
        let volume = given.folder.path.appending("volume")
        let names = try FileManager.default.contentsOfDirectory(atPath: volume.string)
        #expect(names == [FileAtOrigin.name])
        let file = volume.appending(FileAtOrigin.name)
        #expect(FileManager.default.contents(atPath: file.string) == given.contents)
    }
}

/// Replicas that run at the same time.
private final class Replicas: Sendable {
    /// How many of them have come how far.
    struct Progress: Sendable {
        var waiting = 0
        var complete = 0
    }

    private let count: Int
    private let progress = Mutex(Progress())

    private init(_ count: Int) {
        self.count = count
    }

    /// Starts all of them at once, and runs them while `body` runs.
    static func running<Value: Sendable>(
        _ commands: [Command], _ body: @Sendable @escaping (Replicas) async throws -> Value
    ) async throws -> Value {
        let replicas = Replicas(commands.count)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            for command in commands {
                group.addTask {
                    try await RunningProcess.with(command) { try await replicas.follow($0) }
                    return nil
                }
            }
            group.addTask { try await body(replicas) }
            // None of them ends by itself.
            while let ended = try await group.next() {
                guard let value = ended else { continue }
                group.cancelAll()
                return value
            }
            throw FixtureError("there are no replicas")
        }
    }

    private func follow(_ process: RunningProcess) async throws {
        async let complete = process.line(containing: "is complete")
        _ = try await process.line(containing: "pierdat: ")
        progress.withLock { $0.waiting += 1 }
        _ = try await complete
        progress.withLock { $0.complete += 1 }
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    /// Waits until all of them have come so far.
    func all(_ number: @Sendable (Progress) -> Int) async throws {
        try await Patience.until(every: .milliseconds(100)) {
            progress.withLock { number($0) } == count ? () : nil
        }
    }
}

extension FileAtOrigin {
    /// A `pierdatd` with a state of its own.
    fileprivate func replica(_ number: Int, in volume: String) -> Replica {
        Replica(
            command: overlay.command("pierdatd").as(ManyReplicasTests.user)
                // Other tests run at the same time.
                .started(by: "/usr/bin/nice", ["-n", "19"])
                .with("PIERDAT_STATE", folder.path.appending("state \(number)").string),
            volume: folder.path.appending(volume))
    }

    fileprivate struct Replica {
        let command: Command
        let volume: FilePath

        func get(_ uri: String) -> Command {
            command.with("PIERDAT_GET", "'\(uri)' '\(volume)'")
        }
    }
}

extension Overlay {
    /// What its seeders have sent so far.
    fileprivate var sentBytes: Double {
        get async throws {
            let page = try await pierdat("status", "--metrics")
            guard let sent = page.output.firstMatch(of: /\npierdat_sent_bytes_total ([0-9.e+]+)/),
                let bytes = Double(sent.1)
            else { throw FixtureError("\(page)") }
            return bytes
        }
    }
}
