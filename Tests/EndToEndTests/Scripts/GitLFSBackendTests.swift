import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Backend git-lfs", .timeLimit(.minutes(3)))
struct GitLFSBackendTests {
    @Test(
        "A repository is downloaded with the data of its pointers, without git, and seeded to others",
        arguments: Aria2BackendTests.shells)
    func repository(shell: [String]) async throws {
        let given = try await Given()
        _ = try given.origin.overlay.withScripts(runBy: shell)
        let ended = try await given.serving { server, _ in
            try await given.origin.get("lfs:\(server.url("repo"))@main")
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.errors.contains("/repo@\(given.commit)'"), "\(ended)")
        #expect(ended.errors.contains("symbolic links are left out: 1"), "\(ended)")
        try given.expectData(below: given.origin.destination.appending("repo"))
        #expect(given.origin.names == ["repo"])
        let isExecutable = FileManager.default.isExecutableFile
        #expect(isExecutable("\(given.origin.destination)/repo/copy.bin"))
        #expect(!isExecutable("\(given.origin.destination)/repo/\(ScriptedOrigin.file)"))
        let other = try await given.origin.seedToAnother(ScriptedOrigin.magnet(in: ended))
        try given.expectData(below: other.destination.appending("repo"))
    }

    @Test("A file or folder of a commit is downloaded alone, with nothing but its data")
    func parts() async throws {
        let given = try await Given()
        try await given.serving { server, files in
            let uri = "lfs:\(server.url("repo"))@\(given.commit)#"
            let folder = try await given.origin.get(uri + "it's [here]")
            #expect(folder.status == .exited(0), "\(folder)")
            #expect(given.origin.arrived("it's [here]/\(ScriptedOrigin.hostile)") == given.small)
            #expect(given.origin.names == ["it's [here]"])
            #expect(!folder.errors.contains("to pin it"), "\(folder)")
            let sent = try files.bytesSent
            #expect(sent < given.origin.contents.count)
            let file = try await given.origin.get(uri + ScriptedOrigin.file)
            #expect(file.status == .exited(0), "\(file)")
            #expect(given.origin.arrived() == given.origin.contents)
            for path in ["none", "link", "link/passwd"] {
                let ended = try await given.origin.get(uri + path)
                #expect(ended.status == .exited(path == "link/passwd" ? 65 : 66), "\(ended)")
            }
        }
    }

    @Test("What has arrived, and what is in DEST, is not downloaded again")
    func again() async throws {
        let given = try await Given()
        let lacking = given.object(of: given.small)
        let moved = given.origin.folder.path.appending("moved").string
        try await given.serving { server, files in
            let uri = "lfs:\(server.url("repo"))@\(given.commit)"
            let requests = {
                try files.requests.filter {
                    $0.contains("/lfs/objects/") && $0.hasPrefix("200")
                }.count
            }
            #expect(rename(lacking.string, moved) == 0)
            let first = try await given.origin.get(uri)
            #expect(first.status == .exited(69), "\(first)")
            #expect(first.errors.contains("does not have all of the data"), "\(first)")
            #expect(try given.origin.overlay.seedLines.isEmpty)
            #expect(rename(moved, lacking.string) == 0)
            for _ in 1...2 {
                let ended = try await given.origin.get(uri)
                #expect(ended.status == .exited(0), "\(ended)")
                // Each of the two objects once.
                #expect(try requests() == 2)
            }
        }
        #expect(given.origin.names == ["repo"])
        try given.expectData(below: given.origin.destination.appending("repo"))
    }

    @Test("Files that a killed download of another commit has left are not part of the data")
    func leftovers() async throws {
        let given = try await Given()
        let lacking = given.object(of: given.small)
        let moved = given.origin.folder.path.appending("moved").string
        try await given.serving { server, _ in
            let uri = "lfs:\(server.url("repo"))@main"
            #expect(rename(lacking.string, moved) == 0)
            let first = try await given.origin.get(uri)
            #expect(first.status == .exited(69), "\(first)")
            #expect(rename(moved, lacking.string) == 0)
            // What SIGKILL leaves between two steps: the files of a commit without its repository.
            let work = try #require(given.origin.names.first { $0.hasPrefix(".pierdat-git-lfs-") })
            let place = given.origin.destination.appending(work)
            let repository = place.appending("tree/.git").string
            #expect(rename(repository, place.appending("git").string) == 0)
            for name in ["of another commit", "plain"] {
                try Data("old".utf8).write(to: URL(filePath: "\(place)/tree/\(name)"))
            }
            let second = try await given.origin.get(uri)
            #expect(second.status == .exited(0), "\(second)")
        }
        try given.expectData(below: given.origin.destination.appending("repo"))
        let plain = try Data(
            contentsOf: URL(filePath: "\(given.origin.destination)/repo/plain"))
        #expect(plain == Data("text\n".utf8))
        #expect(given.origin.names == ["repo"])
    }

    @Test("A link in a repository does not stand for the data that DEST has")
    func link() async throws {
        let given = try ScriptedOrigin()
        let repository = try await GitRepository(
            at: given.origin.appending("links"), home: given.folder.path)
        let text = Data("text\n".utf8)
        try text.write(to: URL(filePath: repository.path.appending("target").string))
        try FileManager.default.createSymbolicLink(
            atPath: repository.path.appending("alias").string, withDestinationPath: "target")
        let commit = try await repository.commit()
        try FileManager.default.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        try text.write(to: URL(filePath: given.destination.appending("alias").string))
        let ended = try await given.get("lfs:\(repository.path)@\(commit)#alias")
        #expect(ended.status == .exited(66), "\(ended)")
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test("The URI to pin a repository that is reached by ssh has the user, without a password")
    func ssh() async throws {
        var given = try ScriptedOrigin()
        let repository = try await GitRepository(
            at: given.origin.appending("repo"), home: given.folder.path)
        try Data("text\n".utf8).write(
            to: URL(filePath: repository.path.appending("plain").string))
        let commit = try await repository.commit()
        // Instead of ssh: runs the command for the server on this machine. An SSH server would stay installed.
        let program = given.folder.path.appending("local-ssh")
        try Script.write(
            "#!/bin/sh\nfor word; do :; done\nexec sh -c \"$word\"\n", to: program)
        given.overlay.environment["GIT_SSH_COMMAND"] = program.string
        given.overlay.environment["GIT_SSH_VARIANT"] = "ssh"
        for user in ["me", "me:s3cret-word"] {
            let ended = try await given.get(
                "lfs:ssh://\(user)@127.0.0.1:1\(repository.path)@main#plain")
            #expect(ended.status == .exited(0), "\(ended)")
            let pin = "lfs:ssh://me@127.0.0.1:1\(repository.path)@\(commit)#plain"
            #expect(ended.errors.contains("to pin it, use '\(pin)'"), "\(ended)")
            #expect(!"\(ended)".contains("s3cret-word"), "\(ended)")
            let again = try await given.get(pin)
            #expect(again.status == .exited(0), "\(again)")
        }
        #expect(given.arrived("plain") == Data("text\n".utf8))
    }

    @Test("A server that sends other data is noticed, and nothing is kept")
    func lyingServer() async throws {
        let given = try await Given()
        let object = given.object(of: given.origin.contents)
        try await given.serving { server, _ in
            var changed = given.origin.contents
            changed[1000] ^= 1
            #expect(chmod(object.string, 0o644) == 0)
            try changed.write(to: URL(filePath: object.string))
            let ended = try await given.origin.get("lfs:\(server.url("repo"))@\(given.commit)")
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("other data"), "\(ended)")
        }
        #expect(given.origin.names == [])
        #expect(try given.origin.overlay.seedLines.isEmpty)
    }

    @Test("A repository or a revision that is missing is reported")
    func missing() async throws {
        let given = try await Given()
        try await given.serving { server, _ in
            for name in ["gone", "repo@gone", "repo@\(ScriptBackendTests.commit)"] {
                let ended = try await given.origin.get("lfs:\(server.url(name))")
                #expect(ended.status != .exited(0), "\(ended)")
                #expect([.exited(66), .exited(69)].contains(ended.status), "\(ended)")
            }
        }
        let local = given.origin.origin.appending("repo").string
        let ended = try await given.origin.get("lfs:\(local)@gone")
        #expect(ended.status == .exited(66), "\(ended)")
        #expect(given.origin.names.allSatisfy { $0.hasPrefix(".pierdat-") })
    }

    @Test("A repository on this machine is copied, and not changed")
    func local() async throws {
        let given = try await Given()
        let repository = given.origin.origin.appending("repo")
        let before = try FolderContents(of: repository)
        let ended = try await given.origin.get("lfs:\(repository)@\(given.commit)")
        #expect(ended.status == .exited(0), "\(ended)")
        try given.expectData(below: given.origin.destination.appending("repo"))
        #expect(try FolderContents(of: repository).differences(from: before) == [])
    }

    @Test("SIGTERM ends a download from a silent server, and a password is not printed")
    func silent() async throws {
        let given = try await Given()
        let port = try FreePort.any()
        let server = Command.silentServer(port)
        try await RunningProcess.with(server) { server in
            let get = given.origin.overlay.command(
                "pierdat", "lfs:http://me:s3cret-word@127.0.0.1:\(port)/repo",
                given.origin.destination.string)
            let (said, status) = try await RunningProcess.with(get) { process in
                _ = try await server.line(containing: "GET /repo")
                try process.send(SIGTERM)
                try await process.end()
                return await process.output
            }
            #expect(status == .exited(128 + SIGTERM), "\(said)")
            #expect(!said.contains("s3cret-word"), "\(said)")
        }
        #expect(try !given.origin.everythingRecorded().contains("s3cret-word"))
    }

    struct Given: Sendable {
        let origin: ScriptedOrigin
        let commit: String
        let small = FileAtOrigin.data(100_001, seed: 11)

        init() async throws {
            origin = try ScriptedOrigin()
            let work = try await GitRepository(
                at: origin.folder.path.appending("work"), home: origin.folder.path)
            _ = try Command(installed: "git-lfs", package: "git-lfs", [])
            try await work.git("lfs", "install", "--local")
            try await work.git("lfs", "track", "*.bin", "it's*/**")
            let folder = work.path.appending("it's [here]")
            try FileManager.default.createDirectory(
                atPath: folder.string, withIntermediateDirectories: true)
            for (name, contents) in [
                (ScriptedOrigin.file, origin.contents), ("copy.bin", origin.contents),
                ("it's [here]/\(ScriptedOrigin.hostile)", small), ("plain", Data("text\n".utf8)),
            ] {
                try contents.write(to: URL(filePath: work.path.pushing(FilePath(name)).string))
            }
            try FileManager.default.createSymbolicLink(
                atPath: work.path.appending("link").string, withDestinationPath: "/etc")
            let copy = work.path.appending("copy.bin").string
            try #require(chmod(copy, 0o755) == 0)
            // For people who do not want the data at once.
            try Data("[lfs]\n\tfetchexclude = *\n".utf8).write(
                to: URL(filePath: work.path.appending(".lfsconfig").string))
            commit = try await work.commit()
            let bare = origin.origin.appending("repo")
            try await work.git("clone", "--quiet", "--bare", work.path.string, bare.string)
            try await work.git("remote", "add", "bare", bare.string)
            try await work.git("lfs", "push", "--all", "bare")
            try await work.git("--git-dir=\(bare)", "update-server-info")
        }

        /// The file with the data in the repository on the server.
        func object(of data: Data) -> FilePath {
            let hex = FileAtOrigin.digest(of: data).hex
            return origin.origin.appending(
                "repo/lfs/objects/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)")
        }

        func serving<Value: Sendable>(
            _ body: @Sendable (GitLFSServer, WebServer) async throws -> Value
        ) async throws -> Value {
            try await GitLFSServer.serving(
                origin.origin, state: origin.folder.make("nginx"), body)
        }

        func expectData(below folder: FilePath) throws {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.string).sorted()
            #expect(
                names == [
                    ".gitattributes", ".lfsconfig", "copy.bin", "it's [here]",
                    "it's [here]/\(ScriptedOrigin.hostile)",
                    ScriptedOrigin.file, "plain",
                ])
            let read = { (name: String) in
                try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            }
            #expect(try read(ScriptedOrigin.file) == origin.contents)
            #expect(try read("copy.bin") == origin.contents)
            #expect(try read("it's [here]/\(ScriptedOrigin.hostile)") == small)
        }
    }
}
