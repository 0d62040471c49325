import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Backend rsync", .timeLimit(.minutes(3)))
struct RsyncBackendTests {
    @Test(
        "A file is downloaded, verified and seeded to others by its link and by its digest",
        arguments: Aria2BackendTests.shells)
    func file(shell: [String]) async throws {
        let given = try ScriptedOrigin()
        _ = try given.overlay.withScripts(runBy: shell)
        let ended = try await RsyncServer.serving(given.published, state: given.folder.path) {
            try await given.get($0.uri(ScriptedOrigin.file) + given.pin)
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(given.arrived() == given.contents)
        #expect(given.names == [ScriptedOrigin.file])
        #expect(!ended.errors.contains("warning"), "\(ended)")
        let line = try #require(try given.overlay.seedLines.first)
        #expect(line.hasPrefix("pierdat-seed-bittorrent \(given.overlay.prefix)/var/lib/pierdat/"))
        let other = try await given.seedToAnother(ScriptedOrigin.magnet(in: ended))
        #expect(other.arrived() == given.contents)
        let third = try await given.seedToAnother("sha256:\(given.pin.dropFirst(8))", "third")
        #expect(third.arrived() == given.contents)
    }

    @Test(
        "A folder is downloaded without the server's links and special files, and seeded to others",
        arguments: Aria2BackendTests.shells)
    func folder(shell: [String]) async throws {
        let given = try ScriptedOrigin()
        _ = try given.overlay.withScripts(runBy: shell)
        let root = given.data.root
        try FileManager.default.createSymbolicLink(
            atPath: root.appending("link").string, withDestinationPath: "/etc/passwd")
        #expect(mkfifo(root.appending("pipe").string, 0o644) == 0)
        // That of /dev/null.
        #expect(mknod(root.appending("device").string, S_IFCHR | 0o666, 0x103) == 0)
        let ended = try await RsyncServer.serving(given.published, state: given.folder.path) {
            try await given.get($0.uri(DataSet.name + "/"))
        }
        for name in ["link", "pipe", "device"] {
            #expect(unlink(root.appending(name).string) == 0)
            #expect(
                !FileManager.default.fileExists(
                    atPath: "\(given.destination)/\(DataSet.name)/\(name)"))
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.errors.contains("nothing proves"), "\(ended)")
        #expect(try given.data.isEqual(below: given.destination))
        let other = try await given.seedToAnother(ScriptedOrigin.magnet(in: ended))
        #expect(try given.data.isEqual(below: other.destination))
    }

    @Test("Two downloads leave the same files and the same torrent")
    func reproducible() async throws {
        let given = try ScriptedOrigin()
        let other = try given.another("other")
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            for given in [given, other] {
                let ended = try await given.get(server.uri(DataSet.name))
                #expect(ended.status == .exited(0), "\(ended)")
            }
        }
        let contents = try [given, other].map { given in
            try ["var"].map { given.overlay.prefix.appending($0) }.map(FolderContents.init(of:))
                + [FolderContents(of: given.destination)]
        }
        for (one, two) in zip(contents[0], contents[1]) {
            #expect(two.differences(from: one) == [])
        }
    }

    @Test(
        "SIGTERM and SIGKILL keep what has arrived, and the same command downloads only the rest",
        arguments: [SIGTERM, SIGKILL])
    func resume(signal: Int32) async throws {
        let given = try ScriptedOrigin(bytes: 20 << 20)
        var slow = given.overlay
        slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "2M"
        try await RsyncServer.serving(given.published, state: given.folder.path) { [slow] server in
            let uri = server.uri(ScriptedOrigin.file) + given.pin
            let command = slow.command("pierdat", uri, given.destination.string)
            try await RunningProcess.with(command) { process in
                try await Patience.until { given.partialSize > 2 << 20 ? () : nil }
                try process.send(signal)
                try await process.end()
            }
            #expect(given.arrived() == nil)
            #expect(given.partialSize > 2 << 20)
            #expect(try given.overlay.seedLines.isEmpty)
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            let last = try #require(try server.bytesSent(of: ScriptedOrigin.file).last)
            #expect(last < given.contents.count - (1 << 20))
        }
        #expect(given.arrived() == given.contents)
        #expect(given.names == [ScriptedOrigin.file])
    }

    @Test("Data that is there is verified and not downloaded again, and other files are left alone")
    func again() async throws {
        let given = try ScriptedOrigin()
        let own = given.destination.appending(DataSet.name).appending("my own")
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            for _ in 1...2 {
                let ended = try await given.get(server.uri(DataSet.name))
                #expect(ended.status == .exited(0), "\(ended)")
                if !FileManager.default.fileExists(atPath: own.string) {
                    try Data("mine".utf8).write(to: URL(filePath: own.string))
                }
            }
            let sent = try server.bytesSent(of: "a file.bin")
            #expect(sent.count == 2 && sent[1] < 100_000, "\(sent)")
        }
        #expect(try given.overlay.seedLines.count == 1)
        #expect(FileManager.default.contents(atPath: own.string) == Data("mine".utf8))
        #expect(try unlink(own.string) == 0 && given.data.isEqual(below: given.destination))
    }

    @Test("A folder is verified by the digest of its SHA256SUMS, and unlisted files are left out")
    func pinnedFolder() async throws {
        let given = try ScriptedOrigin()
        let root = given.data.root
        let digest = try ScriptedOrigin.writeSums(in: root)
        try Data("unlisted".utf8).write(to: URL(filePath: root.appending("extra").string))
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            let uri = server.uri(DataSet.name) + "#sha256=\(digest)"
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("left out: 1, extra among them"), "\(ended)")
            #expect(!ended.errors.contains("warning"), "\(ended)")
            #expect(unlink(root.appending("extra").string) == 0)
            #expect(try given.data.isEqual(below: given.destination))
        }
        // Without a server.
        let again = try await given.get("rsync://127.0.0.1:1/open/\(DataSet.name)#sha256=\(digest)")
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.errors.contains("there already and verified"), "\(again)")
    }

    @Test("A mirror that sends other data is noticed, and nothing is kept")
    func lyingMirror() async throws {
        let given = try ScriptedOrigin()
        let digest = try ScriptedOrigin.writeSums(in: given.data.root)
        try given.data.corrupt()
        let wrong = FileAtOrigin.digest(of: Data()).hex
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            for uri in [
                server.uri(ScriptedOrigin.file) + "#sha256=\(wrong)",
                server.uri(DataSet.name) + "#sha256=\(digest)",
                server.uri(DataSet.name) + "#sha256=\(wrong)", server.uri(DataSet.name),
            ] {
                let ended = try await given.get(uri)
                #expect(ended.status == .exited(65), "\(ended)")
                #expect(given.names == [])
            }
        }
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test("The SHA256SUMS beside a file is used, with the warning that it is of the same mirror")
    func sumsBeside() async throws {
        let given = try ScriptedOrigin()
        _ = try ScriptedOrigin.writeSums(in: given.published)
        try await RsyncServer.serving(
            given.published.removingLastComponent(), state: given.folder.path
        ) {
            server in
            let uri = server.uri("bucket/\(ScriptedOrigin.file)")
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("If that is right, add '\(given.pin)'"), "\(ended)")
            try Data("changed".utf8).write(
                to: URL(filePath: given.published.appending(ScriptedOrigin.file).string))
            let changed = try await given.another("other").get(uri)
            #expect(changed.status == .exited(65), "\(changed)")
        }
    }

    @Test("A password in the URI or in RSYNC_PASSWORD is used, and neither printed nor recorded")
    func secrets() async throws {
        let given = try ScriptedOrigin()
        let (user, password) = (RsyncServer.user, RsyncServer.password)
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            let inURI = server.uri(ScriptedOrigin.file, in: "closed", user: "\(user):\(password)")
            let first = try await given.get(inURI)
            #expect(first.status == .exited(0), "\(first)")
            var other = try given.another("other")
            other.overlay.environment["RSYNC_PASSWORD"] = password
            let second = try await other.get(
                server.uri(ScriptedOrigin.file, in: "closed", user: user))
            #expect(second.status == .exited(0), "\(second)")
            other.overlay.environment["RSYNC_PASSWORD"] = "wrong-word"
            let third = try await other.get(server.uri(DataSet.name, in: "closed", user: user))
            #expect(third.status == .exited(69), "\(third)")
            #expect(third.errors.contains("refuses the user or the password"), "\(third)")
            for ended in [first, second, third] {
                #expect(!ended.description.contains(password), "\(ended)")
                #expect(!ended.description.contains("wrong-word"), "\(ended)")
            }
            for given in [given, other] {
                let recorded = try given.everythingRecorded()
                #expect(!recorded.contains(password) && !recorded.contains("127.0.0.1"))
            }
        }
    }

    @Test("What the server does not have is reported with the right exit code")
    func missing() async throws {
        let given = try ScriptedOrigin()
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            for (uri, text) in [
                (server.uri("a", in: "gone"), "no such module"),
                (server.uri("gone"), "no such file or folder"),
            ] {
                let ended = try await given.get(uri)
                #expect(ended.status == .exited(66), "\(ended)")
                #expect(ended.errors.contains(text), "\(ended)")
            }
        }
        let ended = try await given.get("rsync://127.0.0.1:1/open/a")
        #expect(ended.status == .exited(69), "\(ended)")
        #expect(ended.errors.contains("cannot reach the server"), "\(ended)")
        #expect(given.names == [])
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test("A silent server ends with exit code 124 after the stall timeout, and after the timeout")
    func silent() async throws {
        let given = try ScriptedOrigin()
        for option in ["--stall-timeout", "--timeout"] {
            let port = try FreePort.any()
            let server = Command.silentServer(port)
            try await RunningProcess.with(server) { _ in
                let uri = "rsync://127.0.0.1:\(port)/open/a"
                let ended = try await given.get(option, "1", uri)
                #expect(ended.status == .exited(124), "\(ended)")
            }
        }
    }

    @Test("A full disk ends with exit code 80 and records nothing")
    func fullDisk() async throws {
        let given = try ScriptedOrigin()
        let destination = try given.folder.make("small")
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            let ended = try await given.overlay
                .command("pierdat", server.uri(ScriptedOrigin.file), destination.string)
                .withTemporaryFileSystem(at: destination, size: "1m").run()
            #expect(ended.status == .exited(80), "\(ended)")
        }
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test(
        "A name that a shell would interpret is only a name", arguments: Aria2BackendTests.shells)
    func hostileName(shell: [String]) async throws {
        let given = try ScriptedOrigin()
        _ = try given.overlay.withScripts(runBy: shell)
        let name = ScriptedOrigin.hostile
        try given.contents.write(to: URL(filePath: given.published.appending(name).string))
        try await RsyncServer.serving(given.published, state: given.folder.path) { server in
            let ended = try await given.get(server.uri(name) + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.names == [name])
        #expect(given.arrived(name) == given.contents)
    }
}
