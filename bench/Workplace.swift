import Foundation
import PeerFixtures
import SystemPackage

/// How much is measured, and how often.
struct Scale: Sendable {
    let mib: Int
    let runs: Int
    /// Of a slow link, a second.
    let megabits: Int

    var bytes: Int { mib << 20 }
    var gib: Double { Double(mib) / 1024 }
}

/// Where a benchmark works: a folder of its own, in memory, gone when the benchmark is.
struct Workplace: Sendable {
    let scale: Scale
    let folder: TemporaryFolder

    init(scale: Scale) throws {
        self.scale = scale
        folder = try TemporaryFolder()
    }

    /// An installation of its own.
    func overlay(_ name: String) throws -> Overlay {
        try Overlay(folder.path.appending(name))
    }

    /// Runs `body` with an empty folder, which is deleted with what it holds by then.
    func withFolder<Value>(
        _ name: String, _ body: (FilePath) async throws -> Value
    ) async throws -> Value {
        let path = try folder.make(name)
        let value: Value
        do {
            value = try await body(path)
        } catch {
            try? FileManager.default.removeItem(atPath: path.string)
            throw error
        }
        try FileManager.default.removeItem(atPath: path.string)
        return value
    }

    /// Where programs say what nobody asks for.
    var log: FilePath { folder.path.appending("log") }

    /// Asks again and again until the answer is yes; fails after `limit` with the name of what did not
    /// come about.
    func wait(
        for what: String, limit: Duration = .seconds(300), until question: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while !(try await question()) {
            guard .now < deadline else {
                let said = (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
                throw FixtureError("no \(what) within \(limit):\n\(said.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Tells whoever waits what is going on.
    func say(_ words: String) {
        FileHandle.standardError.write(Data("bench: \(words)\n".utf8))
    }
}
