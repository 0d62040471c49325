import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Names that are not UTF-8", .timeLimit(.minutes(3)))
struct EncodingTests {
    @Test(
        "A DEST that is not UTF-8 is rejected, on the command line, as working directory or by link",
        arguments: [
            (#"exec "$1" "$2" "$3/$name""#, 64, #"caf\xE9"#),
            (#"mkdir "$3/$name"; cd "$3/$name"; exec "$1" "$2" data"#, 73, #"caf\xE9/data"#),
            (
                #"mkdir "$3/$name"; ln -s "$name" "$3/link"; exec "$1" "$2" "$3/link""#, 65,
                #"caf\xE9"#
            ),
        ])
    func destination(script: String, status: Int32, shown: String) async throws {
        let given = try await Arrangement()
        let folder = try given.folder.make("destination")
        try await given.overlay.seeding(given.torrent, in: given.data.folder) { seed in
            let ended = try await given.run(
                script, given.torrent.magnet("x.pe=\(seed.address)"), folder.string)
            #expect(ended.status == .exited(status), "\(ended)")
            #expect(ended.errors.contains("'") && ended.errors.contains("\(shown)'"), "\(ended)")
        }
        let found = try FileManager.default.subpathsOfDirectory(atPath: folder.string)
        #expect(!found.contains { $0.contains(DataSet.name) }, "\(found)")
        #expect(try given.overlay.seedLines == [])
    }

    @Test(
        "A file or folder whose name is not UTF-8 cannot be published",
        arguments: [
            #"echo 1 >"$2/$name"; exec "$1" publish "$2""#,
            #"mkdir "$2/$name"; echo 1 >"$2/$name/file"; cd "$2/$name"; exec "$1" publish file"#,
        ])
    func published(script: String) async throws {
        let given = try await Arrangement()
        let ended = try await given.run(script, try given.folder.make("published").string)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains(#"caf\xE9"#), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }

    @Test("A path from another backend that is not UTF-8 is rejected")
    func printed() async throws {
        let given = try await Arrangement()
        try given.overlay.addBackend("odd", get: #"printf '/bin/true /caf\351\n'"#)
        let ended = try await given.overlay.pierdat(
            "--backend", "odd", "odd:", given.destination.string)
        #expect(ended.status == .exited(69), "\(ended)")
        #expect(ended.errors.contains("(line 1): it is not UTF-8"), "\(ended)")
        #expect(try given.overlay.seedLines == [])
    }
}

extension Arrangement {
    /// Runs a shell `script` with a Latin-1 name in `$name`, the program in `$1` and then
    /// `arguments`.
    fileprivate func run(_ script: String, _ arguments: String...) async throws -> Ended {
        let pierdat = overlay.command("pierdat")
        return try await Command(
            "/bin/sh",
            ["-euc", #"name=$(printf 'caf\351'); "# + script, "sh", pierdat.program.string]
                + arguments, environment: pierdat.environment
        ).run()
    }
}
