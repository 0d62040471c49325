import SystemPackage

/// A torrent of arbitrarily large files that consist almost entirely of holes.
public struct SparseTorrent: Sendable {
    /// A file of `size` bytes, with a MiB of pseudo-random data at each of `places`.
    public struct File: Sendable {
        let name: String
        let size: Int
        let places: [Int]

        public init(_ name: String, size: Int, dataAt places: [Int]) {
            self.name = name
            self.size = size
            self.places = places
        }
    }

    /// The name of the folder that contains the files.
    public static let name = "sparse"

    /// Writes the files below `folder` and their v1 torrent, with pieces of 16 MiB, to `path`. The
    /// hash of a hole is known without reading it.
    public static func make(
        _ files: [File], in folder: FilePath, at path: FilePath
    ) async throws -> TorrentFile {
        let specifications = files.map { file in
            "\(file.name):\(file.size):\(file.places.map(String.init).joined(separator: ","))"
        }
        let command = try Command(
            installed: "python3", package: "python3",
            ["-c", script, folder.appending(name).string, path.string] + specifications)
        let ended = try await command.run()
        guard ended.status.isSuccess else {
            throw FixtureError("no sparse torrent was made: \(ended)")
        }
        return TorrentFile(path: path, v1: ended.output.filter { !$0.isWhitespace }, v2: nil)
    }

    private static let script = """
        import hashlib, os, random, sys
        folder, path, piece = sys.argv[1], sys.argv[2], 1 << 24
        files, data, start = [], [], 0
        numbers = random.Random(1)
        os.makedirs(folder)
        for name, size, places in (text.split(":") for text in sys.argv[3:]):
            with open(f"{folder}/{name}", "wb") as file:
                file.truncate(int(size))
                for place in map(int, filter(None, places.split(","))):
                    data.append((start + place, numbers.randbytes(1 << 20)))
                    file.seek(place)
                    file.write(data[-1][1])
            files.append((name, int(size)))
            start += int(size)
        count = -(-start // piece)
        pieces = {count - 1: bytearray(start - (count - 1) * piece)}
        for place, part in data:
            while part:
                index, offset = divmod(place, piece)
                taken = part[:piece - offset]
                whole = pieces.setdefault(index, bytearray(piece))
                whole[offset:offset + len(taken)] = taken
                place, part = place + len(taken), part[len(taken):]
        hashes = [hashlib.sha1(bytes(piece)).digest()] * count
        for index, whole in pieces.items():
            hashes[index] = hashlib.sha1(whole).digest()
        def text(bytes): return b"%d:" % len(bytes) + bytes
        entries = b"".join(b"d6:lengthi%de4:pathl%see" % (s, text(n.encode())) for n, s in files)
        info = (b"d5:filesl" + entries + b"e4:name" + text(os.path.basename(folder).encode())
            + b"12:piece lengthi%de6:pieces" % piece + text(b"".join(hashes)) + b"e")
        with open(path, "wb") as file:
            file.write(b"d4:info" + info + b"e")
        print(hashlib.sha1(info).hexdigest())
        """
}
