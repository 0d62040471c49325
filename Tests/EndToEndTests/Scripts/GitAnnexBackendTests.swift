import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Backend git-annex", .timeLimit(.minutes(3)))
struct GitAnnexBackendTests {
    @Test(
        "A repository is downloaded as plain files, without git, and seeded to others",
        arguments: Aria2BackendTests.shells)
    func repository(shell: [String]) async throws {
        let given = try await Given()
        _ = try given.origin.overlay.withScripts(runBy: shell)
        let ended = try await given.serving { server in
            try await given.origin.get("annex:\(server.url)repo/.git@main")
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.errors.contains("@\(given.commit)'"), "\(ended)")
        try given.expectData(below: given.origin.destination.appending("repo"))
        #expect(given.origin.names == ["repo"])
        let other = try await given.origin.seedToAnother(ScriptedOrigin.magnet(in: ended))
        try given.expectData(below: other.destination.appending("repo"))
    }

    @Test(
        "A folder of the repository is downloaded alone, over git's own protocol and from this machine"
    )
    func parts() async throws {
        let given = try await Given()
        let uri = "annex:\(given.repository.path)@\(given.commit)#it's here"
        let ended = try await given.origin.get(uri)
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(given.origin.names == ["it's here"])
        #expect(given.origin.arrived("it's here/\(ScriptedOrigin.hostile)") == given.small)
    }

    @Test("What has arrived, and what is in DEST, is not downloaded again")
    func again() async throws {
        let given = try await Given()
        let lacking = try given.object(of: given.small)
        let moved = given.origin.folder.path.appending("moved").string
        try await given.serving { server in
            let uri = "annex:\(server.url)repo/.git@main"
            let requests = {
                try server.requests.filter {
                    $0.contains("/annex/objects/") && $0.hasPrefix("20") && $0.contains("GET")
                }
            }
            #expect(rename(lacking.string, moved) == 0)
            let first = try await given.origin.get(uri)
            #expect(first.status == .exited(69), "\(first)")
            #expect(first.errors.contains("no remote has all of the data"), "\(first)")
            #expect(try given.origin.overlay.seedLines.isEmpty)
            #expect(rename(moved, lacking.string) == 0)
            let before = try requests()
            let second = try await given.origin.get(uri)
            #expect(second.status == .exited(0), "\(second)")
            let more = try requests().dropFirst(before.count)
            #expect(Set(more).count == 1, "\(before) \(more)")
            let third = try await given.origin.get(uri)
            #expect(third.status == .exited(0), "\(third)")
            #expect(try requests().count == before.count + more.count)
        }
        #expect(given.origin.names == ["repo"])
        try given.expectData(below: given.origin.destination.appending("repo"))
    }

    @Test("A remote that sends other data is noticed, and nothing is kept")
    func lyingServer() async throws {
        let given = try await Given()
        let object = try given.object(of: given.origin.contents)
        try await given.serving { server in
            var changed = given.origin.contents
            changed[1000] ^= 1
            #expect(chmod(object.string, 0o644) == 0)
            try changed.write(to: URL(filePath: object.string))
            let ended = try await given.origin.get("annex:\(server.url)repo/.git@main")
            #expect(ended.status == .exited(65), "\(ended)")
        }
        #expect(given.origin.names == [])
        #expect(try given.origin.overlay.seedLines.isEmpty)
    }

    @Test("Files whose keys have no digest are counted in a warning, locked and unlocked ones")
    func keysWithoutDigest() async throws {
        let given = try await Given()
        let repository = given.repository
        for name in ["locked worm", "unlocked worm"] {
            let file = repository.path.appending(name).string
            try Data(name.utf8).write(to: URL(filePath: file))
            try await repository.git("annex", "add", "--quiet", "--backend=WORM", name)
        }
        try await repository.git("annex", "unlock", "--quiet", "unlocked worm")
        let commit = try await repository.commit()
        let ended = try await given.serving { server in
            try await given.origin.get("annex:\(server.url)repo/.git@\(commit)")
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.errors.contains("nothing proves their data: 2"), "\(ended)")
        for name in ["locked worm", "unlocked worm"] {
            #expect(given.origin.arrived("repo/\(name)") == Data(name.utf8))
        }
        let other = try await Given()
        let proved = try await other.serving { server in
            try await other.origin.get("annex:\(server.url)repo/.git@\(other.commit)")
        }
        #expect(!proved.errors.contains("nothing proves"), "\(proved)")
    }

    @Test("A revision that is missing is reported with the right exit code")
    func missing() async throws {
        let given = try await Given()
        try await GitRepository.serving(given.origin.origin) { url in
            let ended = try await given.origin.get("annex:\(url)repo@gone")
            #expect(ended.status == .exited(66), "\(ended)")
            let other = try await given.origin.get("annex:\(url)gone")
            #expect([.exited(66), .exited(69)].contains(other.status), "\(other)")
        }
    }

    struct Given: Sendable {
        let origin: ScriptedOrigin
        let repository: GitRepository
        let commit: String
        let small = FileAtOrigin.data(100_001, seed: 11)

        init() async throws {
            origin = try ScriptedOrigin()
            repository = try await GitRepository(
                at: origin.origin.appending("repo"), home: origin.folder.path)
            _ = try Command(installed: "git-annex", package: "git-annex", [])
            try await repository.git("annex", "init", "--quiet", "origin")
            let folder = repository.path.appending("it's here")
            try FileManager.default.createDirectory(
                atPath: folder.string, withIntermediateDirectories: true)
            for (name, contents) in [
                (ScriptedOrigin.file, origin.contents), ("copy.bin", origin.contents),
                ("it's here/\(ScriptedOrigin.hostile)", small),
                ("unlocked", Data(small.reversed())),
            ] {
                let file = URL(filePath: repository.path.pushing(FilePath(name)).string)
                try contents.write(to: file)
            }
            try await repository.git("annex", "add", "--quiet", ".")
            try await repository.git("annex", "unlock", "--quiet", "unlocked")
            try FileManager.default.createSymbolicLink(
                atPath: repository.path.appending("link").string, withDestinationPath: "/etc")
            commit = try await repository.commit()
        }

        /// The file with the data in the repository on the server.
        func object(of data: Data) throws -> FilePath {
            let objects = repository.path.appending(".git/annex/objects")
            let hex = FileAtOrigin.digest(of: data).hex
            let names = try FileManager.default.subpathsOfDirectory(atPath: objects.string)
            let name = try #require(names.filter { $0.contains(hex) }.max { $0.count < $1.count })
            // git-annex lets nobody change the folder.
            let object = objects.pushing(FilePath(name))
            #expect(chmod(object.removingLastComponent().string, 0o755) == 0)
            return object
        }

        func serving<Value: Sendable>(
            _ body: @Sendable (WebServer) async throws -> Value
        ) async throws -> Value {
            try await WebServer.serving(origin.origin, state: origin.folder.make("nginx"), body)
        }

        func expectData(below folder: FilePath) throws {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.string).sorted()
            #expect(
                names == [
                    "copy.bin", "it's here", "it's here/\(ScriptedOrigin.hostile)",
                    ScriptedOrigin.file, "unlocked",
                ])
            for name in names where name != "it's here" {
                let file = "\(folder)/\(name)"
                let kind = try FileManager.default.attributesOfItem(atPath: file)[.type]
                #expect(kind as? FileAttributeType == .typeRegular)
                let expected =
                    switch name {
                    case "unlocked": Data(small.reversed())
                    case ScriptedOrigin.file, "copy.bin": origin.contents
                    default: small
                    }
                #expect(try Data(contentsOf: URL(filePath: file)) == expected, "\(name)")
            }
        }
    }
}
