import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Hosts that share DEST", .timeLimit(.minutes(3)))
struct SharedDestinationTests {
    private let given: FileAtOrigin
    private let shared: SharedFolder

    init() throws {
        given = try FileAtOrigin(bytes: 8 << 20)
        shared = try SharedFolder(in: given.folder)
    }

    /// The files at DEST, without their contents.
    private var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: shared.path.string)) ?? []
    }

    private var arrived: Data? {
        try? Data(
            contentsOf: URL(filePath: shared.path.appending(FileAtOrigin.name).string))
    }

    /// `pierdat` on the host that has the folder as `view`.
    private func get(_ uri: String, on view: Int) throws -> Command {
        let overlay = try Overlay(given.folder.path.appending("host \(UUID())"))
        return overlay.command("pierdat", uri, shared.views[view].string)
    }

    @Test("Processes of two hosts download the data once, and leave nothing else")
    func once() async throws {
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=2000000") + given.pin
            let commands = try (0..<20).map { try get(uri, on: $0 % 2) }
            let ended = try await withThrowingTaskGroup(of: Ended.self) { group in
                for command in commands { group.addTask { try await command.run() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ended.allSatisfy { $0.status == .exited(0) }, "\(ended)")
            #expect(await origin.requests.count { $0.range.hasPrefix("bytes=0-") } == 1)
        }
        #expect(arrived == given.contents)
        #expect(names == [FileAtOrigin.name])
    }

    @Test("DEST can be unmounted as soon as pierdat has ended")
    func unmounted() async throws {
        let image = try await FileSystemImage(.exfat, at: given.folder.path.appending("image"))
        let destination = try given.folder.make("mounted")
        try await Origin.serving(given.origin) { origin in
            for status in Array(repeating: Int32(0), count: 10) + Array(repeating: 69, count: 10) {
                let uri = origin.url(status == 0 ? FileAtOrigin.name : "missing")
                let get = given.overlay.command(
                    "pierdat", uri + given.pin, destination.string)
                let ended = try await image.mounted(at: destination, for: get).run()
                #expect(ended.status == .exited(status), "\(ended)")
            }
        }
    }

    @Test("When the host of a download dies, another one takes over and resumes")
    func hostDies() async throws {
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=200000") + given.pin
            try await RunningProcess.with(try get(uri, on: 0)) { first in
                try await Patience.until { names.contains(".pierdat-lease") ? () : nil }
                try await origin.answered("rate=200000")
                try first.kill()
                try await first.end()
            }
            #expect(names.contains(".pierdat-lease"))
            let rest = origin.url(FileAtOrigin.name) + given.pin
            let ended = try await get(rest, on: 1).run()
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("waiting for another pierdat"), "\(ended)")
            #expect(ended.errors.contains("no sign of life"), "\(ended)")
        }
        #expect(arrived == given.contents)
        #expect(names == [FileAtOrigin.name])
    }

    @Test("A process that is stopped while it takes over leaves nothing")
    func stoppedTakeover() async throws {
        let lease = shared.path.appending(".pierdat-lease").string
        try Data("of an unknown process".utf8).write(to: URL(filePath: lease))
        let (said, status) = try await RunningProcess.with(try get("other:x", on: 0)) { process in
            _ = try await process.line(containing: "no sign of life")
            try process.send(SIGTERM)
            try await process.end()
            return await process.output
        }
        #expect(status == .exited(143), "\(said)")
        #expect(names == [])
    }

    @Test("A process that stood still while another took over stops writing, and says so")
    func standsStill() async throws {
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=50000") + given.pin
            let (said, status) = try await RunningProcess.with(try get(uri, on: 0)) { first in
                try await origin.answered("rate=50000")
                let backends = first.children
                try first.send(SIGSTOP)
                let rest = origin.url(FileAtOrigin.name) + given.pin
                let ended = try await get(rest, on: 1).run()
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(!backends.isEmpty)
                for backend in backends {
                    let state = try String(contentsOfFile: "/proc/\(backend)/stat", encoding: .utf8)
                    #expect(state.contains(") T "), "the backend runs on: \(state)")
                }
                try first.send(SIGCONT)
                try await first.end()
                return await first.output
            }
            #expect(status == .exited(75), "\(said)")
            #expect(said.contains("may not write to"), "\(said)")
        }
        #expect(arrived == given.contents)
    }

    @Test("A process that stood still for a while and lost nothing goes on")
    func goesOn() async throws {
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, "rate=40000") + given.pin
            let (said, status) = try await RunningProcess.with(try get(uri, on: 0)) { first in
                try await origin.answered("rate=40000")
                let backend = try #require(first.children.first)
                try first.send(SIGSTOP)
                try await Patience.until {
                    let state = try String(contentsOfFile: "/proc/\(backend)/stat", encoding: .utf8)
                    return state.contains(") T ") ? () : nil
                }
                try first.send(SIGCONT)
                try await first.end()
                return await first.output
            }
            #expect(status == .exited(0), "\(said)")
        }
        #expect(arrived == given.contents)
        #expect(names == [FileAtOrigin.name])
    }

    @Test("A download whose DEST is deleted ends with an error")
    func vanishes() async throws {
        try await Origin.serving(given.origin) { origin in
            let overlay = given.overlay
            let destination = shared.views[0].appending("below")
            let uri = origin.url(FileAtOrigin.name, "rate=50000") + given.pin
            let get = overlay.command("pierdat", uri, destination.string)
            let (said, status) = try await RunningProcess.with(get) { process in
                try await origin.answered("rate=50000")
                try FileManager.default.removeItem(atPath: shared.path.appending("below").string)
                try await process.end()
                return await process.output
            }
            #expect(status == .exited(75), "\(said)")
            #expect(said.contains("the folder was deleted"), "\(said)")
            #expect(try overlay.seedLines == [])
        }
    }
}
