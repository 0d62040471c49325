import PeerFixtures
import SystemPackage

/// Many small files, each with its own torrent.
struct ManyTorrents: Sendable {
    /// v1 info-hashes in the order of `seedList`.
    let infoHashes: [String]
    /// The seed list with a line for each torrent.
    let seedList: FilePath
    /// The same torrents with the digests of their contents, so that each has a rendezvous.
    let seedListWithDigests: FilePath

    /// Creates `count` torrents in `folder`.
    init(_ count: Int, in folder: FilePath) async throws {
        seedList = folder.appending("pier.dat")
        seedListWithDigests = folder.appending("digests.dat")
        let command = try Command(
            installed: "python3", package: "python3-libtorrent",
            ["-c", Self.script, folder.string, "\(count)"])
        let ended = try await command.run()
        infoHashes = ended.output.split(separator: "\n").map(String.init)
        guard ended.status.isSuccess, infoHashes.count == count else {
            throw FixtureError(
                "no torrents were made (is Debian's package python3-libtorrent there?): \(ended)")
        }
    }

    private static let script = """
        import hashlib, os, sys, libtorrent
        folder, count = sys.argv[1], int(sys.argv[2])
        data = os.path.join(folder, "data")
        os.mkdir(data)
        with open(os.path.join(folder, "pier.dat"), "w") as seed_list, \\
                open(os.path.join(folder, "digests.dat"), "w") as with_digests:
            for number in range(count):
                name = f"file {number}"
                with open(os.path.join(data, name), "wb") as file:
                    contents = os.urandom(20000)
                    file.write(contents)
                files = libtorrent.file_storage()
                files.add_file(name, 20000)
                torrent = libtorrent.create_torrent(files, 16384)
                libtorrent.set_piece_hashes(torrent, data)
                metadata = torrent.generate()
                path = os.path.join(folder, f"{number}.torrent")
                with open(path, "wb") as file:
                    file.write(libtorrent.bencode(metadata))
                seed_list.write(f"pierdat-seed-bittorrent '{path}' '{data}'\\n")
                digest = "sha256:" + hashlib.sha256(contents).hexdigest()
                metadata[b"pierdat"] = {b"digest": digest.encode()}
                path = os.path.join(folder, f"{number}.digest.torrent")
                with open(path, "wb") as file:
                    file.write(libtorrent.bencode(metadata))
                with_digests.write(f"pierdat-seed-bittorrent '{path}' '{data}'\\n")
                del metadata[b"pierdat"]
                print(libtorrent.torrent_info(metadata).info_hashes().v1)
        """
}
