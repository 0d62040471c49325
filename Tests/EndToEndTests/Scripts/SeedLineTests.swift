import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("pierdat seed-line", .timeLimit(.minutes(3)))
struct SeedLineTests {
    @Test("A backend of five lines downloads a folder that is then seeded to others")
    func oneLine() async throws {
        let given = try ScriptedOrigin()
        try given.overlay.addBackend(
            "copy", check: "case $1 in copy:*) ;; *) exit 1 ;; esac",
            get: """
                set -eu
                mkdir -p "$2"
                cp -r "${1#copy:}" "$2"
                pierdat seed-line "$2/${1##*/}"
                """)
        var overlay = given.overlay
        overlay.environment["PATH"] = "\(overlay.prefix)/usr/bin:/usr/bin:/bin"
        let ended = try await overlay.pierdat("copy:\(given.data.root)", given.destination.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let other = try await given.seedToAnother(ScriptedOrigin.magnet(in: ended))
        #expect(try given.data.isEqual(below: other.destination))
    }

    @Test("The torrent is the canonical one, and its line names the folder that is told")
    func canonical() async throws {
        let given = try ScriptedOrigin()
        let published = try await given.another("publisher").overlay.pierdat(
            "publish", "--canonical", given.data.root.string)
        let hash = try #require(published.output.firstMatch(of: /info-hash v1: (\w+)/)).1
        let place = try given.folder.make("else where")
        let manifest = given.folder.path.appending("manifest")
        try Data().write(to: URL(filePath: manifest.string))
        var overlay = given.overlay
        overlay.environment["PIERDAT_MANIFEST"] = manifest.string
        let ended = try await overlay.pierdat(
            "seed-line", "--in", place.string, given.data.root.string)
        #expect(ended.status == .exited(0), "\(ended)")
        let torrent = "\(overlay.prefix)/var/lib/pierdat/\(hash).torrent"
        #expect(ended.output == "pierdat-seed-bittorrent \(torrent) '\(place)'\n")
        #expect(FileManager.default.fileExists(atPath: torrent))
        // It is for the backend to print the line: nothing is recorded.
        #expect(try overlay.seedLines == [])
        let told = try String(contentsOfFile: manifest.string, encoding: .utf8)
        let names = told.split(separator: "\0").map(String.init).sorted()
        #expect(
            names
                == ["a file.bin", "empty", "nested/deep/größe.bin", "nested/it's.txt"].map {
                    "\(DataSet.name)/\($0)"
                })
    }

    @Test("A wrong digest, a folder with a digest, and a link are refused, and nothing is saved")
    func refused() async throws {
        let given = try ScriptedOrigin()
        let file = given.published.appending(ScriptedOrigin.file).string
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        let link = given.data.root.appending("link").string
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "empty")
        for (arguments, status) in [
            (["--checksum", wrong, file], Int32(65)), (["--checksum", "md5:1", file], 64),
            (["--checksum", wrong, given.data.root.string], 65), ([given.data.root.string], 65),
            (["\(given.folder.path)/none"], 66),
        ] {
            let ended = try await given.overlay.pierdat(["seed-line"] + arguments)
            #expect(ended.status == .exited(status), "\(ended)")
            #expect(ended.output == "", "\(ended)")
        }
        let state = given.overlay.prefix.appending("var/lib/pierdat").string
        let saved = (try? FileManager.default.contentsOfDirectory(atPath: state)) ?? []
        #expect(!saved.contains { $0.hasSuffix(".torrent") }, "\(saved)")
    }

    @Test("A folder with two files of the same content is seeded to others")
    func sameContent() async throws {
        let given = try ScriptedOrigin()
        for name in ["one", "two"] {
            let file = given.data.root.appending(name).string
            try given.contents.write(to: URL(filePath: file))
        }
        let published = try await given.overlay.pierdat("publish", given.data.root.string)
        #expect(published.status == .exited(0), "\(published)")
        let magnet = try #require(published.output.firstMatch(of: /magnet: (.*)/)).1
        let other = try await given.seedToAnother(String(magnet))
        #expect(try given.data.isEqual(below: other.destination))
    }

    @Test("Empty data is no error, and has no line")
    func empty() async throws {
        let given = try ScriptedOrigin()
        let ended = try await given.overlay.pierdat(
            "seed-line", given.data.root.appending("empty").string)
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.output == "", "\(ended)")
        #expect(ended.errors.contains("nothing to seed"), "\(ended)")
    }
}
