import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Failures of downloads from the Hugging Face Hub", .timeLimit(.minutes(3)))
struct HubFailureTests {
    @Test("The token is sent to the Hub and to no other server, and is never printed or recorded")
    func token() async throws {
        let given = try RepositoryAtHub()
        try given.behave(#"{"token": "hf_s3cret", "gated": true}"#)
        try "hf_s3cret\n".write(
            toFile: given.folder.path.appending("token").string, atomically: true, encoding: .utf8)
        try await given.serving { server, given in
            var given = given
            given.overlay.environment["HF_TOKEN_PATH"] = given.folder.path.appending("token").string
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected())
            let requests = await server.requests
            #expect(requests.contains { $0.server == "cdn" })
            for request in requests {
                #expect(
                    request.authorization == (request.server == "hub" ? "Bearer hf_s3cret" : "-"))
            }
            #expect(!"\(ended)".contains("s3cret"), "\(ended)")
            let state = RepositoryAtHub.files(below: given.overlay.prefix.appending("var"))
            #expect(!state.isEmpty)
            #expect(!state.values.contains { $0.range(of: Data("s3cret".utf8)) != nil })
            #expect(try given.overlay.seedListContents.range(of: Data("s3cret".utf8)) == nil)
        }
    }

    @Test(
        "What the Hub refuses is explained",
        arguments: [
            (#"{"token": "x", "gated": true}"#, nil, "hf://acme/tiny", 69, "If it is gated, ask"),
            (
                #"{"token": "x", "gated": true}"#, "wrong", "hf://acme/tiny", 69,
                "If it is gated, ask"
            ),
            (#"{"token": "x"}"#, nil, "hf://acme/tiny", 69, "HF_TOKEN must be set"),
            (#"{"token": "x"}"#, "wrong", "hf://acme/tiny", 69, "the token may not read it"),
            ("{}", nil, "hf://acme/other", 69, "The repository does not exist"),
            ("{}", "hf_other", "hf://acme/other", 66, "404 Not Found"),
            ("{}", nil, "hf://acme/tiny@no-branch", 66, "has no revision 'no-branch'"),
            ("{}", nil, "hf://acme/tiny/no/file", 66, "does not exist in acme/tiny"),
            ("{}", nil, "hf://acme/tiny/no-file", 66, "does not exist in acme/tiny"),
            (
                #"{"foreign": "http://localhost:1"}"#, nil, "hf://acme/tiny", 69,
                "goes on at another server"
            ),
            ("{}", nil, "hf://acme", 69, "The repository does not exist"),
            ("{}", nil, "hf://acme/../x", 65, "is malformed"),
            ("{}", nil, "hf://acme/tiny#sha256=00", 65, "is malformed"),
            ("{}", "two words", "hf://acme/tiny", 64, "HF_TOKEN"),
        ] as [(String, String?, String, Int32, String)])
    func refused(
        behaviour: String, token: String?, uri: String, status: Int32, words: String
    ) async throws {
        let given = try RepositoryAtHub()
        var settings = behaviour
        if behaviour.contains("foreign") { settings = behaviour.dropLast() + #", "page": 1}"# }
        try given.behave(settings)
        try await given.serving { _, given in
            var given = given
            given.overlay.environment["HF_TOKEN"] = token
            let ended = try await given.get(uri)
            #expect(ended.errors.contains(words), "\(ended)")
            #expect(ended.status == .exited(status), "\(ended)")
            #expect(try given.overlay.seedLines.isEmpty)
            if let token { #expect(!ended.errors.contains(token), "\(ended)") }
        }
    }

    @Test("A Hub that asks for a pause gets one")
    func busy() async throws {
        let given = try RepositoryAtHub()
        try given.behave(#"{"busy": 2}"#)
        try await given.serving { _, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("429"), "\(ended)")
            #expect(ended.errors.contains("trying again in"), "\(ended)")
            #expect(given.arrived == given.expected())
        }
    }

    @Test(
        "Names that would leave the folder, are there twice or are no names are refused before anything is written",
        arguments: [
            "../x", "/etc/x", "a/../../x", "a//b", "", ".", "a/\\u0000b", "sub/empty.txt", "sub",
            ".pad/1",
        ])
    func names(name: String) async throws {
        let given = try RepositoryAtHub()
        try given.behave(#"{"rename": {"config.json": "\#(name)"}}"#)
        try await given.serving { _, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(given.arrived.isEmpty)
            #expect(try given.overlay.seedLines.isEmpty)
        }
    }

    @Test("Names that differ by case, or by how a character is composed, are different files")
    func similarNames() async throws {
        let given = try RepositoryAtHub(files: [
            "README": Data("1".utf8), "readme": Data("2".utf8), "gr\u{f6}\u{df}e": Data("3".utf8),
            "o\u{308}": Data("4".utf8), "x/\u{f6}": Data("5".utf8),
        ])
        try given.add("\u{f6}", Data("6".utf8), at: RepositoryAtHub.commit)
        try await given.serving { _, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            let names = try FileManager.default.contentsOfDirectory(
                atPath: given.destination.appending("tiny").string)
            #expect(names.count == 6, "\(names)")
        }
    }

    @Test(
        "A file with other data or another size than the list says is not kept under its name",
        arguments: ["config.json", "model.safetensors"], ["corrupt", "lie"])
    func wrongData(name: String, kind: String) async throws {
        let given = try RepositoryAtHub()
        try given.behave(
            kind == "lie" ? #"{"lie": {"\#(name)": 5}}"# : #"{"corrupt": ["\#(name)"]}"#)
        try await given.serving { _, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(given.arrived["tiny/\(name)"] == nil)
            #expect(try given.overlay.seedLines.isEmpty)
            #expect(!ended.errors.contains("s3cret"), "\(ended)")
            try given.behave("{}")
            let again = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(again.status == .exited(0), "\(again)")
            #expect(given.arrived == given.expected())
        }
    }

    @Test("Nothing is written through a link in DEST, and a folder is not replaced")
    func obstacles() async throws {
        let given = try RepositoryAtHub()
        let manager = FileManager.default
        let root = given.destination.appending("tiny").string
        let outside = try given.folder.make("outside")
        try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
        try manager.createSymbolicLink(atPath: "\(root)/sub", withDestinationPath: outside.string)
        try await given.serving { _, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(try manager.contentsOfDirectory(atPath: outside.string).isEmpty)
            try manager.removeItem(atPath: "\(root)/sub")
            try manager.createDirectory(
                atPath: "\(root)/config.json", withIntermediateDirectories: true)
            let folder = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(folder.status == .exited(73), "\(folder)")
            #expect(try given.overlay.seedLines.isEmpty)
        }
    }

    @Test(
        "SIGTERM ends a download, and the same command resumes within files and goes on with the others"
    )
    func interrupted() async throws {
        var files = ["z.bin": FileAtOrigin.data(40 << 20, seed: 3)]
        for number in 0..<20 { files["\(number).txt"] = Data("\(number)".utf8) }
        let given = try RepositoryAtHub(files: files)
        try await given.serving { server, given in
            var slow = given.overlay
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "8M"
            let get = slow.command(
                "pierdat", "hf://\(RepositoryAtHub.name)", given.destination.string)
            let (said, status) = try await RunningProcess.with(get) { process in
                try await server.answered("z.bin?sig")
                try await Patience.until {
                    given.allocated > 5 << 20 ? () : nil
                }
                try process.send(SIGTERM)
                try await process.end()
                return await process.output
            }
            #expect(status == .exited(128 + SIGTERM), "\(said)")
            #expect(said.contains("The data is kept"), "\(said)")
            #expect(given.arrived["tiny/z.bin"] == nil)
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected())
            // Whole segments that had arrived are not requested again.
            #expect(ended.errors.contains("MiB received"), "\(ended)")
            #expect(!ended.errors.contains("40.0 MiB received"), "\(ended)")
        }
    }

    @Test(
        "A second process that gets the same data into the same folder waits, and fetches nothing")
    func together() async throws {
        let given = try RepositoryAtHub()
        try await given.serving { server, given in
            var slow = given.overlay
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "3M"
            var other = try Overlay(given.folder.path.appending("other"))
            other.environment = given.overlay.environment
            let (second, uri) = (other, "hf://\(RepositoryAtHub.name)")
            let get = slow.command("pierdat", uri, given.destination.string)
            let (_, status) = try await RunningProcess.with(get) { process in
                try await server.answered("model.safetensors?sig")
                let ended = try await second.pierdat(uri, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("waiting for another pierdat"), "\(ended)")
                #expect(!ended.errors.contains("received"), "\(ended)")
                try await process.end()
            }
            #expect(status == .exited(0))
            #expect(given.arrived == given.expected())
            #expect(try second.seedLines.count == 1)
            #expect(try given.overlay.seedLines.count == 1)
        }
    }

    @Test("A file system that takes two names for the same is reported, and nothing is recorded")
    func caseInsensitive() async throws {
        let given = try RepositoryAtHub(files: [
            "README": Data("1".utf8), "readme": Data("2".utf8),
        ])
        let image = try await FileSystemImage(.exfat, at: given.folder.path.appending("image"))
        try FileManager.default.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        try await given.serving { _, given in
            let get = given.overlay.command(
                "pierdat", "hf://\(RepositoryAtHub.name)", given.destination.string)
            let ended = try await image.mounted(at: given.destination, for: get).run()
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(ended.errors.contains("this file system"), "\(ended)")
            #expect(try given.overlay.seedLines.isEmpty)
        }
    }
}

extension RepositoryAtHub {
    /// Bytes of partial files that are on disk.
    fileprivate var allocated: Int {
        let manager = FileManager.default
        let names = (try? manager.subpathsOfDirectory(atPath: destination.string)) ?? []
        return names.filter { $0.hasSuffix(".part") }.reduce(0) { sum, name in
            var status = stat()
            return stat(destination.pushing(FilePath(name)).string, &status) == 0
                ? sum + Int(status.st_blocks) * 512 : sum
        }
    }
}
