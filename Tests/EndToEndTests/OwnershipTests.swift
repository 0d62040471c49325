import Foundation
import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Owners and modes", .timeLimit(.minutes(3)))
struct OwnershipTests {
    @Test("Data, DEST and new folders get the owner and mode, and other users can seed them")
    func ownerAndMode() async throws {
        let given = try await Arrangement()
        let destination = given.destination.appending("deeper")
        try await given.getting("--chown", "daemon:4711", "--chmod", "640", into: destination)

        let found = try FolderContents(of: destination).entries
        #expect(found.count > 5)
        for (name, entry) in found {
            #expect((entry.user, entry.group) == (1, 4711), "\(name)")
            // Read permission of a folder implies search permission.
            let isFolder = entry.mode & S_IFMT == S_IFDIR
            #expect(entry.mode & 0o7777 == (isFolder ? 0o750 : 0o640), "\(name)")
        }
        let above = try FolderContents.Entry(at: given.destination)
        #expect((above.user, above.group, above.mode & 0o7777) == (1, 4711, 0o755))
        let state = try FolderContents(of: given.overlay.saved(given.torrent)).entries
        #expect(state["."]?.user == 0)

        let next = try given.next
        let seed = given.overlay.command("pierdat-serve-bittorrent", given.overlay.seedList.string)
            .as("daemon")
        try await Overlay.seeding(with: seed, given.torrent) { seed in
            let ended = try await next.overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), next.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try next.isComplete)
    }

    @Test("Data that not every user can read causes a warning about who must seed it")
    func unreadable() async throws {
        let given = try await Arrangement()
        let ended = try await given.getting("--chown", "daemon", "--chmod", "0600")
        #expect(ended.errors.contains("pierdatd has to run as root or as 'daemon'"), "\(ended)")
        let other = try await given.next.getting("--chmod", "0644")
        #expect(!other.errors.contains("warning"), "\(other)")
    }

    @Test("Existing data changes its owner, but unrelated files next to it do not")
    func again() async throws {
        let given = try await Arrangement()
        try await given.getting()
        let theirs = given.destination.appending("theirs")
        try Data("theirs".utf8).write(to: URL(filePath: theirs.string))
        let before = try FolderContents(of: theirs)
        try await given.getting("--chown", "4711")

        #expect(try FolderContents(of: theirs) == before)
        let data = try FolderContents(of: given.destination.appending(DataSet.name)).entries
        #expect(data.values.allSatisfy { $0.user == 4711 && $0.group == 4711 })
        // It existed before the second download.
        #expect(try FolderContents.Entry(at: given.destination).user == 0)
    }

    @Test("Data of another backend changes its owner, too")
    func anotherBackend() async throws {
        let given = try await Arrangement()
        try await given.getting("--backend", "aria2c", "--chown", "4711:4712", "--chmod", "600")
        #expect(try given.isComplete)
        for (name, entry) in try FolderContents(of: given.destination).entries {
            #expect((entry.user, entry.group) == (4711, 4712), "\(name)")
            #expect(entry.mode & 0o077 == 0, "\(name)")
        }
    }

    @Test(
        "An impossible owner is reported before anything is downloaded",
        arguments: [
            (["--chown", "no-such-user"], nil, 64, "no-such-user"),
            (["--chown", "root:no-such-group"], nil, 64, "no-such-group"),
            (["--chown", "a:b:c"], nil, 64, "--chown"), (["--chmod", "u+x"], nil, 64, "--chmod"),
            (["--chown", "root"], "nobody", 73, "only root"),
        ] as [([String], String?, Int32, String)])
    func impossible(options: [String], user: String?, status: Int32, says: String) async throws {
        let given = try await Arrangement()
        try await given.folder.give(to: "nobody")
        var command = given.overlay.command("pierdat")
        command.arguments = options + [given.torrent.path.string, given.destination.string]
        let ended = try await (user.map(command.as) ?? command).run()
        #expect(ended.status == .exited(status), "\(ended)")
        #expect(ended.errors.contains(says), "\(ended)")
        #expect(!FileManager.default.fileExists(atPath: given.destination.string))
    }
}

extension Arrangement {
    /// Downloads the data with these options from a separate seeder.
    @discardableResult
    fileprivate func getting(_ options: String..., into folder: FilePath? = nil) async throws
        -> Ended
    {
        try await Tracker.tracking([torrent], in: self.folder.path) { tracker in
            try await Aria2.seeding(torrent, data, tracker: tracker) { seed in
                var command = overlay.command("pierdat")
                command.arguments =
                    options + [
                        torrent.magnet("tr=\(tracker.announce())", "x.pe=\(seed.address)"),
                        (folder ?? destination).string,
                    ]
                let ended = try await command.run()
                #expect(ended.status == .exited(0), "\(ended)")
                return ended
            }
        }
    }
}
