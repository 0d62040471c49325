import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Reproducible downloads", .timeLimit(.minutes(3)))
struct ReproducibilityTests {
    @Test(
        "Bytes, modes, owners and times of data and state are the same with any umask",
        arguments: [TorrentFile.Version.v1, .hybrid], [nil, "1700000000"])
    func sameEverywhere(version: TorrentFile.Version, epoch: String?) async throws {
        let given = try await Arrangement(version)
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        let prints = try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            let first = try await given.get(magnet, "one", umask: "077", epoch: epoch)
            // A missing tracker and a peer from another source leave no trace.
            let second = try await given.get(
                magnet, "two", umask: "000", epoch: epoch,
                environment: ["PIERDAT_PEERS": "localhost:\(seed.port)"])
            return [first, second]
        }
        let seconds = try #require(Int64(epoch ?? "315532800"))
        for name in ["srv", "var", "etc/pier.dat"] {
            let contents = try prints.map { try FolderContents(of: $0.pushing(FilePath(name))) }
            #expect(contents[1].differences(from: contents[0]) == [])
            #expect(contents[0].entries.count >= ["srv": 8, "var": 4][name] ?? 1)
            for (name, entry) in contents[0].entries {
                let isFolder = entry.mode & S_IFMT == S_IFDIR
                #expect(entry.mode & 0o7777 == (isFolder ? 0o755 : 0o644), "\(name)")
                #expect(entry.time == seconds * 1_000_000_000, "\(name)")
            }
        }
        #expect(try given.data.isEqual(below: prints[0].appending("srv/maps")))
    }

    @Test("A resumed download has the same result")
    func resumed() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        let whole = try await origin.seeding(given.torrent, in: given.data.folder) { seed in
            let magnet = given.torrent.magnet("x.pe=\(seed.address)")
            let begun = try await given.overlay.pierdat(
                "--select", "nested/deep/*", magnet, given.destination.string)
            #expect(begun.status == .exited(0), "\(begun)")
            // As if the download had been interrupted before attributes were set.
            try await given.age(given.destination)
            let ended = try await given.overlay.pierdat(magnet, given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            let once = given.folder.path.appending("once")
            let other = try Overlay(given.folder.path.appending("other overlay"))
            let direct = try await other.pierdat(magnet, once.string)
            #expect(direct.status == .exited(0), "\(direct)")
            return once
        }
        let resumed = try FolderContents(of: given.destination)
        #expect(try resumed.differences(from: FolderContents(of: whole)) == [])
    }

    @Test("The data of an external backend is normalized, too")
    func externalBackend() async throws {
        let given = try await Arrangement()
        try given.overlay.addBackend(
            "plain", check: #"[ "$1" = plain:data ]"#,
            get: """
                mkdir -p -m 700 "$2/folder"
                printf data >"$2/folder/file"
                chmod 600 "$2/folder/file"
                """)
        let others = given.destination.appending("others")
        try FileManager.default.createDirectory(
            atPath: others.string, withIntermediateDirectories: true)
        let before = try FolderContents(of: others)

        let ended = try await given.overlay.pierdat("plain:data", given.destination.string)

        #expect(ended.status == .exited(0), "\(ended)")
        #expect(try FolderContents(of: others) == before)
        let after = try FolderContents(of: given.destination).entries
        #expect(after["folder"]?.mode == S_IFDIR | 0o755)
        #expect(after["folder/file"]?.mode == S_IFREG | 0o644)
        for name in [".", "folder", "folder/file"] {
            #expect(after[name]?.time == 315_532_800_000_000_000, "\(name)")
        }
    }

    @Test(
        "An invalid SOURCE_DATE_EPOCH is rejected before anything is downloaded",
        arguments: [
            ["get", "file.torrent", "dest"], ["publish", "."], ["seed", "a.torrent", "."],
        ])
    func malformedTime(arguments: [String]) async throws {
        let given = try await Arrangement()
        var command = given.overlay.command("pierdat")
        command.arguments = arguments
        command.environment["SOURCE_DATE_EPOCH"] = "yesterday"
        let ended = try await command.run()
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(ended.errors.contains("SOURCE_DATE_EPOCH=yesterday"), "\(ended)")
    }
}

extension Arrangement {
    /// Downloads the data to /srv/maps of a new overlay, which is the root file system of the
    /// download.
    fileprivate func get(
        _ uri: String, _ name: String, umask: String, epoch: String?,
        environment: [String: String] = [:]
    ) async throws -> FilePath {
        let overlay = try Overlay(folder.path.appending(name))
        var command = overlay.command("pierdat", uri, "/srv/maps").inside(overlay).withUmask(umask)
        command.environment.merge(environment) { $1 }
        command.environment["SOURCE_DATE_EPOCH"] = epoch
        let ended = try await command.run()
        #expect(ended.status == .exited(0), "\(ended)")
        return overlay.prefix
    }

    /// Changes the times of everything below `folder`.
    fileprivate func age(_ folder: FilePath) async throws {
        let ended = try await Command(
            "/usr/bin/find", [folder.string, "-exec", "touch", "-d", "@1000000000", "{}", "+"]
        ).run()
        #expect(ended.status == .exited(0), "\(ended)")
    }
}
