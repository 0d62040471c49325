import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Layers in a real Docker engine", .serialized, .timeLimit(.minutes(5)))
struct LayerTests {
    @Test("Two builds without a cache produce identical layers")
    func reproducible() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        let example = Package.root.appending("examples/Dockerfile-ubuntu")
        let archives = try await given.archives(of: example, by: engine)
        #expect(archives[0].digests.count >= 2)
        let differences = try await archives[1].differences(from: archives[0])
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test("Two builds with SOURCE_DATE_EPOCH produce identical layers with that time")
    func dated() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        let example = try Package.text(of: "examples/Dockerfile-ubuntu")
        let dated = example.replacing("ARG MAGNET=", with: "ARG SOURCE_DATE_EPOCH\nARG MAGNET=")
        try #require(dated != example)
        let file = given.folder.path.appending("Dockerfile")
        try Data(dated.utf8).write(to: URL(filePath: file.string))
        let archives = try await given.archives(of: file, by: engine, epoch: "1700000000")
        let differences = try await archives[1].differences(from: archives[0])
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        let others = try await given.archives(
            of: file, by: engine, epoch: "1600000000", builds: 1)
        #expect(others[0].digests.last != archives[0].digests.last)
    }

    @Test("A second RUN adds no file for complete data, and only the new data otherwise")
    func secondRun() async throws {
        let engine = try await DockerEngine()
        let given = try await Arrangement(.hybrid)
        let example = try Package.text(of: "examples/Dockerfile-ubuntu")
        let found = try #require(example.firstMatch(of: /RUN --network=host pierdat (.+)\n/))
        let run = String(found.0)
        let part = "RUN --network=host pierdat --select 'a file.bin' \(found.1)\n"
        let cases: [(String, Set<FilePath>)] = [
            (run + run, []), (part + part, []),
            (
                part + run,
                ["empty", "nested/deep/größe.bin", "nested/it's.txt"]
            ),
        ]
        for (runs, expected) in cases {
            let file = given.folder.path.appending("Dockerfile")
            try Data(example.replacing(run, with: runs).utf8)
                .write(to: URL(filePath: file.string))
            let archive = try await given.archives(of: file, by: engine, builds: 1)[0]
            let added = try await archive.filesOfLastLayer().entries.keys
            let data = FilePath("srv/data").appending(DataSet.name)
            #expect(
                Set(added.filter { $0.starts(with: "srv") }) == Set(expected.map(data.pushing)),
                "\(added)")
            if expected.isEmpty { #expect(added.isEmpty, "\(added)") }
        }
    }
}

extension Arrangement {
    /// Builds the image several times, without a cache and without the results of the other builds.
    fileprivate func archives(
        of file: FilePath, by engine: DockerEngine, epoch: String? = nil, builds: Int = 2
    ) async throws -> [DockerArchive] {
        try await overlay.seeding(torrent, in: data.folder) { seed in
            var arguments = ["MAGNET": torrent.magnet("x.pe=\(seed.address)")]
            arguments["SOURCE_DATE_EPOCH"] = epoch
            var archives: [DockerArchive] = []
            for _ in 0..<builds {
                let image = try await DockerImage.build(
                    by: engine, file: file, on: .debian, arguments, options: ["--no-cache"])
                archives.append(try await DockerArchive(of: image, in: folder))
                try await image.use { _ in }
            }
            return archives
        }
    }
}
