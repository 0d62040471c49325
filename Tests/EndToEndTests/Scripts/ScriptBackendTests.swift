import Foundation
import PeerFixtures
import SystemPackage
import Testing

/// What all backends have in common that are scripts around a program for an origin.
@Suite("Backends that are scripts", .timeLimit(.minutes(3)))
struct ScriptBackendTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let backend: String
        let uris: [String]
        /// The programs that it needs, and their packages of Debian.
        let programs: [String]
        var testDescription: String { backend }
    }

    static let commit = String(repeating: "0123456789", count: 4)
    static let digest = String(repeating: "0123456789abcdef", count: 4)
    static let cid = "QmZw1SWb7pxCmjYBaYhHz7RJsDP4DrXMp4E1qZLkuhqGz8"

    static let accepted = [
        Case(
            backend: "rsync",
            uris: [
                "rsync://host/module/a", "rsync://me@host:873/module", "rsync://[::1]/m/a b/",
                "rsync://host/m/a#sha256=\(digest)", "rsync://host/m/it's $(x) & \"y\"",
                "rsync://host/m/-x", "rsync://host/m/a#b",
            ], programs: ["rsync"]),
        Case(
            backend: "rclone",
            uris: [
                "rclone:remote:a/b", "rclone:my remote:/a", "s3://bucket/key/", "s3://bucket",
                "s3://bucket/k#sha256=\(digest)", "gs://bucket/key", "az://container/key",
            ], programs: ["rclone"]),
        Case(
            backend: "git-lfs",
            uris: [
                "lfs:https://host/repo.git", "lfs:https://me:pw@host/repo@v1.0#a/b c",
                "lfs:/srv/repo.git@\(commit)", "lfs:ssh://git@host/repo", "lfs:file:///srv/repo",
            ], programs: ["git", "git-lfs"]),
        Case(
            backend: "git-annex",
            uris: [
                "annex:https://host/repo/.git@main", "annex:git://host/repo#-x", "annex:/srv/r",
            ],
            programs: ["git", "git-annex"]),
        Case(
            backend: "kubo",
            uris: [
                "ipfs://\(cid)", "/ipfs/\(cid)/a%20b/-x", "ipfs://\(cid)/#name=it's $(x)",
                "ipfs://bafybeicudxedz66gve7hutbeyztrs2jsylotwrybtrap26axwiyf27ejoe?filename=a",
                "ipfs://\(cid)/a b#sha256=\(digest)",
            ], programs: ["ipfs"]),
    ]

    static let malformed = [
        Case(
            backend: "rsync",
            uris: [
                "rsync://", "rsync:///m/a", "rsync://host", "rsync://host/", "rsync://-x/m/a",
                "rsync://host/m/../a", "rsync://host/m/./a", "rsync://host/m/*",
                "rsync://host/m/[a]",
                "rsync://host/m/a\nb", "rsync://host/m/a\u{1B}", "rsync://host/m/a#sha256=12",
                "rsync://host/m/a#sha256=\(digest)0", "rsync://host/m/a#sha512=\(digest)",
                "rsync://host//a",
            ], programs: []),
        Case(
            backend: "rclone",
            uris: [
                "rclone::s3,secret_access_key=x:b/k", "rclone:-x:a", "rclone:/etc", "rclone:remote",
                "rclone:remote:", "rclone:a,b=c:d", "rclone: x:a", "s3://", "s3:///k",
                "s3://b/../k",
                "s3://b//k", "gs://b/a\nb", "az://b/k#sha256=xyz",
            ], programs: []),
        Case(
            backend: "git-lfs",
            uris: [
                "lfs:", "lfs:relative/repo", "lfs:ext::sh -c id", "lfs:https://-oProxyCommand=x/r",
                "lfs:--upload-pack=x", "lfs:https://host/r@--x", "lfs:https://host/r@a..b",
                "lfs:https://host/r@a:b", "lfs:https://host/r#../x",
                "lfs:https://host/r#.git/config",
                "lfs:https://host/r\nb", "lfs:/", "lfs:rclone://x/y",
            ], programs: []),
        Case(
            backend: "git-annex",
            uris: ["annex:", "annex:ext::sh", "annex:https://h/r@ x", "annex:https://h/r#a/../b"],
            programs: []),
        Case(
            backend: "kubo",
            uris: [
                "ipfs://", "/ipfs/", "ipfs://x", "ipfs://QmX", "ipfs://\(cid)x", "ipfs://-h/a",
                "ipfs://\(cid)/../a", "ipfs://\(cid)/%2e%2E/a", "ipfs://\(cid)//a",
                "ipfs://\(cid)/a%2Fb", "ipfs://\(cid)/a%0Ab", "ipfs://\(cid)/a%00b",
                "ipfs://\(cid)\n/a", "ipfs://\(cid)#name=..", "ipfs://\(cid)?filename=a/b",
                "ipfs://bafybei.example/a", "ipfs://\(cid)#sha256=12",
            ], programs: []),
    ]

    @Test(
        "A check accepts the URIs of its network, and says nothing", arguments: accepted,
        Aria2BackendTests.shells)
    func accepts(_ accepted: Case, shell: [String]) async throws {
        for uri in accepted.uris {
            let ended = try await check(accepted.backend, uri, shell)
            #expect(ended.status == .exited(0), "\(uri): \(ended)")
            #expect(ended.output + ended.errors == "", "\(uri)")
        }
    }

    @Test(
        "A check refuses malformed URIs of its network with exit code 65 and a reason",
        arguments: malformed, Aria2BackendTests.shells)
    func refuses(_ malformed: Case, shell: [String]) async throws {
        for uri in malformed.uris {
            let ended = try await check(malformed.backend, uri, shell)
            #expect(ended.status == .exited(65), "\(uri): \(ended)")
            #expect(ended.errors.split(separator: "\n").count == 1, "\(uri): \(ended)")
        }
    }

    @Test("A check leaves all other URIs to others, silently", arguments: accepted.map(\.backend))
    func silent(backend: String) async throws {
        let others = ["http://host/a", "magnet:?xt=urn:btih:x", "-h", "", "*", "x:y", "a\nb", "/"]
        for shell in Aria2BackendTests.shells {
            for uri in others + Self.accepted.filter({ $0.backend != backend }).flatMap(\.uris) {
                let ended = try await check(backend, uri, shell)
                #expect(ended.status == .exited(1), "\(uri): \(ended)")
                #expect(ended.output + ended.errors == "", "\(uri)")
            }
        }
    }

    @Test(
        "A check declines what its program cannot keep: the network policy and --select",
        arguments: accepted,
        [
            "PIERDAT_ALLOW", "PIERDAT_DENY", "PIERDAT_PROXY", "PIERDAT_INTERFACE", "PIERDAT_SELECT",
        ])
    func policy(_ accepted: Case, variable: String) async throws {
        let ended = try await check(
            accepted.backend, accepted.uris[0], ["/bin/dash"], [variable: "10.0.0.0/8"])
        #expect(ended.status == .exited(1), "\(ended)")
        #expect(ended.errors.contains("support"), "\(ended)")
        let other = try await check(
            accepted.backend, "http://host/a", ["/bin/dash"], [variable: "10.0.0.0/8"])
        #expect(other.errors == "", "\(other)")
    }

    @Test(
        "A check declines a download limit that git or Kubo cannot keep, and others accept it",
        arguments: accepted)
    func limit(_ accepted: Case) async throws {
        for (value, isLimit) in [("1M", true), ("10", true), ("0", false), ("", false)] {
            let ended = try await check(
                accepted.backend, accepted.uris[0], ["/bin/dash"],
                ["PIERDAT_DOWNLOAD_LIMIT": value])
            let declines = isLimit && !["rsync", "rclone"].contains(accepted.backend)
            #expect(ended.status == .exited(declines ? 1 : 0), "\(ended)")
            #expect(ended.errors.contains("support PIERDAT_DOWNLOAD_LIMIT") == declines, "\(ended)")
        }
    }

    @Test(
        "A check names the program that is missing, and how to install it", arguments: accepted)
    func missing(_ accepted: Case) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.make("bin")
        let busybox = Command("/bin/busybox", ["--install", "-s", path.string])
        #expect(try await busybox.run().status == .exited(0))
        for program in accepted.programs {
            let ended = try await check(
                accepted.backend, accepted.uris[0], ["/bin/busybox", "sh"], ["PATH": path.string])
            #expect(ended.status == .exited(1), "\(ended)")
            for text in ["\(program) is not installed", "apt-get install", "apk add"] {
                #expect(ended.errors.contains(text), "\(ended)")
            }
            let other = try await check(
                accepted.backend, "http://host/a", ["/bin/busybox", "sh"], ["PATH": path.string])
            #expect(other.output + other.errors == "", "\(other)")
            try Script.write("#!/bin/sh\n", to: path.appending(program))
        }
    }

    @Test("A digest in the URI and another one with --checksum exclude each other")
    func twoDigests() async throws {
        let other = "sha256:" + String(repeating: "0", count: 64)
        for uri in ["rsync://h/m/a#sha256=\(Self.digest)", "s3://b/k#sha256=\(Self.digest)"] {
            let ended = try await check(
                uri.hasPrefix("s3") ? "rclone" : "rsync", uri, ["/bin/dash"],
                ["PIERDAT_CHECKSUM": other])
            #expect(ended.status == .exited(65), "\(ended)")
        }
    }

    private func check(
        _ backend: String, _ uri: String, _ shell: [String], _ environment: [String: String] = [:]
    ) async throws -> Ended {
        let script = Package.root.appending("root/usr/bin/pierdat-check-\(backend)")
        // No package has the program ipfs.
        let folder = try TemporaryFolder()
        try Script.write("#!/bin/sh\n", to: folder.path.appending("ipfs"))
        let environment = ["PATH": "\(folder.path):/usr/bin:/bin"].merging(environment) { $1 }
        return try await Command(
            FilePath(shell[0]), shell.dropFirst() + [script.string, uri], environment: environment
        ).run()
    }
}
