import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Downloads from OCI registries", .timeLimit(.minutes(3)))
struct RegistryDownloadTests {
    @Test(
        "A tag is resolved to a digest, the files get their titles, and the URI to pin is printed and works"
    )
    func tag() async throws {
        let given = try ArtifactInRegistry()
        try await RegistryServer.serving(in: given.folder.path) { server in
            try await given.push(to: server)
            let uri = "oci://\(server.authority)/\(ArtifactInRegistry.repository)"
            let ended = try await given.get("\(uri):v1")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected)
            #expect(ended.errors.contains("warning: a tag can move"), "\(ended)")
            let digest = ArtifactInRegistry.digest(given.manifest())
            let pin = "\(uri)@\(digest)#xt=urn:btih:"
            #expect(ended.errors.contains("'\(pin)"), "\(ended)")
            #expect(try given.overlay.seedLines.count == 1)
            let pinned = try #require(
                ended.errors.split(separator: "'").first { $0.hasPrefix(pin) })
            let next = try ArtifactInRegistry()
            let again = try await next.get(String(pinned))
            #expect(again.status == .exited(0), "\(again)")
            #expect(!again.errors.contains("a tag can move"), "\(again)")
            #expect(next.arrived == given.expected)
            let verified = try await next.overlay.pierdat(
                "seed", "\(uri)@\(digest)", next.destination.string)
            #expect(verified.status == .exited(0), "\(verified)")
        }
    }

    @Test("A single file is put into DEST itself")
    func singleFile() async throws {
        let given = try ArtifactInRegistry([("weights.bin", Data("weights".utf8))])
        try await RegistryServer.serving(in: given.folder.path) { server in
            try await given.push(to: server, tag: "latest")
            let ended = try await given.get(
                "oci://\(server.authority)/\(ArtifactInRegistry.repository)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == ["weights.bin": Data("weights".utf8)])
            let named = try await given.get(
                "oci://\(server.authority)/\(ArtifactInRegistry.repository)#name=other")
            #expect(named.status == .exited(0), "\(named)")
            #expect(Set(given.arrived.keys) == ["weights.bin", "other"])
        }
    }

    @Test(
        "An empty file is downloaded, alone and among others", .timeLimit(.minutes(1)),
        arguments: [["empty"], ["a", "empty"], ["empty", "z"]])
    func emptyFiles(names: [String]) async throws {
        let given = try ArtifactInRegistry(
            names.map { ($0, $0 == "empty" ? Data() : Data($0.utf8)) })
        try await RegistryServer.serving(in: given.folder.path) { server in
            try await given.push(to: server, tag: "latest")
            let ended = try await given.get(
                "oci://\(server.authority)/\(ArtifactInRegistry.repository)")
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.arrived == (names.count == 1 ? ["empty": Data()] : given.expected))
    }

    @Test("An image that skopeo has pushed has the files that skopeo pulls")
    func image() async throws {
        let given = try ArtifactInRegistry()
        let layout = try given.folder.make("layout")
        let layer = FileAtOrigin.data(3 << 20, seed: 9)
        let config = Data(
            """
            {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": \
            ["\(ArtifactInRegistry.digest(layer))"]}}
            """.utf8)
        let manifest = Data(
            """
            {"schemaVersion": 2, "mediaType": "\(ArtifactInRegistry.manifestType)", \
            "config": \(ArtifactInRegistry.descriptor(config, type: "application/vnd.oci.image.config.v1+json")), \
            "layers": [\(ArtifactInRegistry.descriptor(layer, type: "application/vnd.oci.image.layer.v1.tar"))]}
            """.utf8)
        for (name, data) in [("manifest.json", manifest)]
            + [config, layer].map({
                (String(ArtifactInRegistry.digest($0).dropFirst(7)), $0)
            })
        {
            try data.write(to: URL(filePath: layout.appending(name).string))
        }
        try "Directory Transport Version: 1.1\n".write(
            toFile: layout.appending("version").string, atomically: true, encoding: .utf8)
        try await RegistryServer.serving(in: given.folder.path) { server in
            let place = "\(server.authority)/\(ArtifactInRegistry.repository):v1"
            let pushed = try await server.skopeo(
                "copy", "--dest-tls-verify=false", "--preserve-digests", "dir:\(layout)",
                "docker://\(place)")
            #expect(pushed.status == .exited(0), "\(pushed)")
            let ended = try await given.get("oci://\(place)")
            #expect(ended.status == .exited(0), "\(ended)")
            let pulled = given.folder.path.appending("pulled")
            let skopeo = try await server.skopeo(
                "copy", "--src-tls-verify=false", "docker://\(place)", "dir:\(pulled)")
            #expect(skopeo.status == .exited(0), "\(skopeo)")
            var files = RepositoryAtHub.files(below: pulled)
            files["version"] = nil
            #expect(
                given.arrived == Dictionary(uniqueKeysWithValues: files.map { ("model/\($0)", $1) })
            )
        }
    }

    @Test("Of an index, the image for this machine is chosen, or the one that the URI names")
    func platforms() async throws {
        let given = try ArtifactInRegistry([("own", Data("own".utf8))])
        let other = try ArtifactInRegistry([("other", Data("other".utf8))])
        try await RegistryServer.serving(in: given.folder.path) { server in
            try await given.push(to: server, tag: "own")
            try await other.push(to: server, tag: "other")
            #if arch(arm64)
                let names = ["linux/arm64", "linux/amd64"]
            #else
                let names = ["linux/amd64", "linux/arm64"]
            #endif
            let index = ArtifactInRegistry.index([
                (names[1], other.manifest()), (names[0], given.manifest()),
            ])
            try await server.push(
                manifest: index, type: ArtifactInRegistry.indexType, as: "all",
                to: ArtifactInRegistry.repository, by: given.folder.path)
            let uri = "oci://\(server.authority)/\(ArtifactInRegistry.repository):all"
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(Set(given.arrived.keys) == ["own"])
            // The URI to pin names the image, so that it is the same on every machine.
            #expect(
                ended.errors.contains("@\(ArtifactInRegistry.digest(given.manifest()))#"),
                "\(ended)")
            let chosen = try await other.get("\(uri)#platform=\(names[1])")
            #expect(chosen.status == .exited(0), "\(chosen)")
            #expect(Set(other.arrived.keys) == ["other"])
            let missing = try await given.get("\(uri)#platform=linux/s390x")
            #expect(missing.status == .exited(65), "\(missing)")
            #expect(
                missing.errors.contains(
                    "no image for linux/s390x. There are: \(names[1]), \(names[0])"),
                "\(missing)")
        }
    }

    @Test(
        "A closed registry takes the password of docker login, which is neither printed nor recorded"
    )
    func password() async throws {
        let given = try ArtifactInRegistry()
        try await RegistryServer.serving(in: given.folder.path, isClosed: true) { server in
            try await given.push(to: server)
            let uri = "oci://\(server.authority)/\(ArtifactInRegistry.repository):v1"
            let anonymous = try await given.get(uri)
            #expect(anonymous.status == .exited(69), "\(anonymous)")
            #expect(anonymous.errors.contains("There are none for this registry"), "\(anonymous)")
            try given.logIn(to: server.authority, password: "wrong-s3cret")
            let wrong = try await given.get(uri)
            #expect(wrong.status == .exited(69), "\(wrong)")
            #expect(wrong.errors.contains("Are the user and the password right"), "\(wrong)")
            #expect(!"\(wrong)".contains("s3cret"), "\(wrong)")
            try given.logIn(to: server.authority)
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected)
            #expect(!"\(ended)".contains(RegistryServer.password), "\(ended)")
            let state = RepositoryAtHub.files(below: given.overlay.prefix.appending("var"))
            #expect(
                !state.values.contains { $0.range(of: Data(RegistryServer.password.utf8)) != nil })
        }
    }
}
