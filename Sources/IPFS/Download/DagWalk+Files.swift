import BitTorrent
import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// The files of the data.
extension DagWalk {
    /// The number of nodes below each other that a file may have. Programs make at most 5.
    private static let deepest = 64

    /// The first node of the file at `path`. `existing` has its name, and is not a single block with the right data.
    func begin(
        _ node: FileNode, at path: FilePath, _ existing: TargetFile?
    ) throws(TorrentError) {
        guard selection?.wants(path) ?? true else { return }
        known = known.adding(node.size)
        if let existing, existing.size == node.size {
            lastNumber += 1
            open[lastNumber] = FileProgress(path, node, existing)
            try proceed(node, in: lastNumber, at: 0, depth: 0)
        } else {
            lastNumber += 1
            try write(lastNumber, path, node, replacing: existing != nil)
        }
    }

    /// Begins to write the file.
    private func write(
        _ number: Int, _ path: FilePath, _ node: FileNode, replacing: Bool, round: Int = 0
    ) throws(TorrentError) {
        let place = root.pushing(path)
        guard case .get(let work) = goal else {
            throw .invalid("\(place) is missing, or is not the data of \(uri.contentPath)")
        }
        if replacing { reporter.say("\(place) has other data and will be replaced") }
        if FileStatus(withoutFollowing: place)?.kind == .folder {
            throw .inTheWay("\(place): it is a folder")
        }
        let unfinished = work.place(of: path)
        let held = FileStatus(withoutFollowing: unfinished)?.held ?? 0
        let others = open.values.reduce(Int64(0)) { $0.adding($1.missing) }
        try folder.checkSpace(others.adding(max(0, node.size - held)))
        let target = try storing(unfinished) { () throws(Errno) in
            try TargetFile(writing: unfinished, size: node.size)
        }
        var file = FileProgress(path, node, target)
        file.round = round
        open[number] = file
        try proceed(node, in: number, at: 0, depth: 0)
    }

    /// The existing file has other data: begins to write a new one.
    func beginAgain(_ number: Int) throws(TorrentError) {
        guard let file = open.removeValue(forKey: number) else { return }
        done -= file.done
        try write(number, file.path, file.node, replacing: true, round: file.round + 1)
    }

    /// A further node of a file has arrived, and its own data is stored.
    func proceed(_ node: FileNode, at part: FilePart) throws(TorrentError) {
        guard part.depth < Self.deepest else {
            throw .invalid("\(uri.contentPath): a file has too many levels of nodes")
        }
        pushParts(
            node, in: part.file, at: part.offset + Int64(node.data.count), depth: part.depth)
        try finish(part, Int64(node.data.count))
    }

    /// Verifies or writes the data in the first node, and takes up the parts.
    private func proceed(
        _ node: FileNode, in number: Int, at offset: Int64, depth: Int
    ) throws(TorrentError) {
        guard let file = open[number] else { return }
        if file.target.isWritable {
            try storing(file.target.path) { () throws(Errno) in
                try file.target.write(node.data, at: offset)
            }
        } else {
            let isRight = try storing(file.target.path) { () throws(Errno) in
                try file.target.holds(node.data, at: offset)
            }
            guard isRight else { return try beginAgain(number) }
        }
        pushParts(node, in: number, at: offset + Int64(node.data.count), depth: depth)
        add(Int64(node.data.count), to: number)
        try completeIfDone(number)
    }

    private func pushParts(_ node: FileNode, in number: Int, at start: Int64, depth: Int) {
        guard let file = open[number] else { return }
        var offset = start
        var tasks: [BlockTask] = []
        for part in node.parts {
            tasks.append(
                BlockTask(
                    part.cid,
                    .part(
                        FilePart(
                            file: number, round: file.round, target: file.target, offset: offset,
                            size: part.size, depth: depth + 1))))
            offset += part.size
        }
        // The last is taken first.
        for task in tasks.reversed() { push(task) }
        open[number]?.pending += tasks.count
    }

    /// The node of the part is done. It contained `size` bytes of data.
    func finish(_ part: FilePart, _ size: Int64) throws(TorrentError) {
        open[part.file]?.pending -= 1
        add(size, to: part.file)
        try completeIfDone(part.file)
    }

    private func add(_ size: Int64, to number: Int) {
        open[number]?.done += size
        done += size
    }

    private func completeIfDone(_ number: Int) throws(TorrentError) {
        guard let file = open[number], file.pending == 0 else { return }
        open[number] = nil
        if file.target.isWritable {
            if file.path.isEmpty { try verifyDigest(of: file.target.path) }
            try move(file)
        }
        tree.add(file: file.path)
    }

    /// Throws if the file does not have the digest that the user gave.
    private func verifyDigest(of path: FilePath) throws(TorrentError) {
        guard let expected = digest else { return }
        let found = try FileDigest.compute(expected.algorithm, of: path, interruption)
        guard found == expected else {
            path.withPlatformString { _ = unlink($0) }
            throw .invalid(
                """
                \(uri.contentPath) does not have the digest that was given: expected \(expected), got \(found). \
                Nothing was kept
                """)
        }
    }

    /// Gives the file its name.
    private func move(_ file: FileProgress) throws(TorrentError) {
        let place = root.pushing(file.path)
        if !file.path.isEmpty { try makeFolder(file.path.removingLastComponent()) }
        let result = file.target.path.withPlatformString { old in
            place.withPlatformString { new in rename(old, new) }
        }
        guard result == 0 else { throw .cannotWrite(place, Errno(rawValue: errno)) }
    }

    private func storing<Value>(
        _ path: FilePath, _ body: () throws(Errno) -> Value
    ) throws(TorrentError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw storageError(path, error)
        }
    }
}
