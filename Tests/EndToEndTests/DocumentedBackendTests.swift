import Digest
import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Backend in docs/backends.md", .timeLimit(.minutes(3)))
struct DocumentedBackendTests {
    @Test("The backend downloads a file and seeds it to the built-in backend http")
    func bothWays() async throws {
        let given = try Given()
        try await FTPServer.serving(given.origin) { server in
            let ended = try await given.overlay.pierdat(
                server.url("file"), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete(given.destination))
        let quoted = "'\(given.folder.path)/it'\\''s here'"
        #expect(try given.overlay.seedLines == ["pierdat-seed-ftp \(quoted)"])

        var overlay = given.overlay
        let port = try FreePort.any()
        overlay.environment["WEB_PORT"] = String(port)
        let seed = overlay.command("pierdat-seed-ftp", given.destination.string)
        let next = try Overlay(given.folder.path.appending("next overlay"))
        let end = given.folder.path.appending("end")
        try await RunningProcess.with(seed) { _ in
            try await Patience.until { Connection.isAccepted(port: port) ? () : nil }
            let url = "http://127.0.0.1:\(port)/file#\(given.digest)"
            let ended = try await next.pierdat(url, end.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.isComplete(end))
    }

    @Test(
        "The backend replaces an older file atomically and leaves nothing else behind")
    func changedFile() async throws {
        for old in ["the older", "an older version that is longer than what is to be published"] {
            let given = try Given()
            try FileManager.default.createDirectory(
                atPath: given.destination.string, withIntermediateDirectories: true)
            try Data(old.utf8).write(
                to: URL(filePath: given.destination.appending("file").string))
            try await FTPServer.serving(given.origin) { server in
                let ended = try await given.overlay.pierdat(
                    server.url("file"), given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(try given.isComplete(given.destination))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: given.destination.string)
                    == ["file"])
        }
    }

    @Test("The backend, which verifies nothing, leaves a download with --checksum to others")
    func checksum() async throws {
        let given = try Given()
        let digest = "sha256:" + String(repeating: "0", count: 64)
        let ended = try await given.overlay.pierdat(
            "--checksum", digest, "ftp://127.0.0.1:1/file", given.destination.string)
        #expect(ended.status == .exited(79), "\(ended)")
    }

    @Test("The backend leaves the seed list unchanged if there is nothing to download")
    func nothing() async throws {
        let given = try Given()
        let before = try given.overlay.seedListContents
        try await FTPServer.serving(given.origin) { server in
            let ended = try await given.overlay.pierdat(
                server.url("missing"), given.destination.string)
            #expect(ended.status == .exited(69), "\(ended)")
        }
        #expect(try given.overlay.seedListContents == before)
    }

    @Test(
        "The kit says of the backend what the page shows, and finds only that FTP verifies nothing")
    func conformance() async throws {
        let given = try Given()
        let page = try Package.text(of: "docs/backends.md")
        let shown = page.matches(of: #/\n(passed|broken|not [a-z]+) +([a-z-]+) /#).map {
            "\($0.1) \($0.2)"
        }
        var overlay = given.overlay
        overlay.environment["WEB_PORT"] = String(try FreePort.any())
        let own = overlay
        try FileAtOrigin.data(2 << 20, seed: 3).write(
            to: URL(filePath: given.origin.appending("file").string))
        try await FTPServer.serving(given.origin) { server in
            let digest = try FileAtOrigin.digest(
                of: Data(contentsOf: URL(filePath: given.origin.appending("file").string)))
            let run = try await ConformanceRun(
                of: "ftp", server.url("file"), ["--expect", "\(digest)"], in: own)
            #expect(run.rules("broken") == ["get-keeps-present-data"], "\(run.ended)")
            let found = run.findings.map { "\($0.value.verdict) \($0.key)" }
            #expect(found.sorted() == shown.sorted(), "\(run.ended)")
        }
    }

    @Test("The backend is the one in the README")
    func readme() throws {
        let documented = try DocumentedBackend(in: "docs/backends.md")
        #expect(documented.scripts.keys.sorted() == Given.programs)
        #expect(try DocumentedBackend(in: "README.md").scripts == documented.scripts)
    }

    private struct Given: Sendable {
        static let programs = ["check", "get", "seed"].map { "pierdat-\($0)-ftp" }

        let folder: TemporaryFolder
        let origin: FilePath
        let overlay: Overlay
        let destination: FilePath
        private let contents = Data("what is to be published".utf8)

        init() throws {
            folder = try TemporaryFolder()
            origin = try folder.make("origin")
            destination = folder.path.appending("it's here")
            overlay = try Overlay(folder.path.appending("overlay"))
            try DocumentedBackend(in: "docs/backends.md").install(in: overlay)
            try contents.write(to: URL(filePath: origin.appending("file").string))
        }

        var digest: ContentDigest { FileAtOrigin.digest(of: contents) }

        func isComplete(_ folder: FilePath) throws -> Bool {
            try Data(contentsOf: URL(filePath: folder.appending("file").string)) == contents
        }
    }
}

/// The scripts on a page, each in a code block after a line with its path.
private struct DocumentedBackend {
    private(set) var scripts: [String: String] = [:]

    init(in page: String) throws {
        let file = Package.root.pushing(FilePath(page)).string
        var name: String?
        var script: String?
        for line in try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
        {
            if line.hasPrefix("`/usr/bin/"), line.hasSuffix("`:") {
                name = String(line.dropFirst("`/usr/bin/".count).dropLast("`:".count))
            } else if line == "```sh", name != nil {
                script = ""
            } else if line == "```", let ended = name, let text = script {
                scripts[ended] = text
                (name, script) = (nil, nil)
            } else if let text = script {
                script = text + line + "\n"
            }
        }
    }

    func install(in overlay: Overlay) throws {
        for (name, script) in scripts { try overlay.addProgram(name, script) }
    }
}
