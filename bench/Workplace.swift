import Foundation
import PeerFixtures
import SystemPackage

/// How much is measured and how often.
struct Scale: Sendable {
    let mib: Int
    let runs: Int
    /// The rate of a slow link in Mbit/s.
    let megabits: Int

    var bytes: Int { mib << 20 }
    var gib: Double { Double(mib) / 1024 }
}

/// The environment of a benchmark: a temporary folder in memory.
struct Workplace: Sendable {
    let scale: Scale
    let folder: TemporaryFolder

    init(scale: Scale) throws {
        self.scale = scale
        folder = try TemporaryFolder()
    }

    /// A separate installation.
    func overlay(_ name: String) throws -> Overlay {
        try Overlay(folder.path.appending(name))
    }

    /// Runs `body` with an empty folder and deletes it afterwards.
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

    /// The log for output that nobody needs.
    var log: FilePath { folder.path.appending("log") }

    /// Polls until the answer is yes. Fails after `limit` with `what`.
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

    /// Prints progress for the user.
    func say(_ words: String) {
        FileHandle.standardError.write(Data("bench: \(words)\n".utf8))
    }
}
