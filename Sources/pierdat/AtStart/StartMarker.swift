import Backends
import Digest
import Glibc
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

/// A record in the state folder that a line of the get list is complete, what its data looked like then, and how to seed
/// it. As long as the data looks the same, it need not be read again.
struct StartMarker {
    /// `complete/KEY`, where KEY depends on the line.
    let path: FilePath
    /// DEST.
    private let destination: FilePath

    /// The first record of a marker.
    private static let header = Array("pierdat complete 1".utf8)
    private static let longest = 256 << 20

    /// The marker of the line `text` in `folder`.
    init(in folder: FilePath, line text: String, destination: FilePath) throws(Failure) {
        guard let hasher = ContentHasher(.sha256) else {
            throw Failure(.noResource, "no memory for a digest")
        }
        Array(text.utf8).withUnsafeBytes { hasher.add($0) }
        path = folder.appending(hasher.finish(as: .sha256).hex)
        self.destination = destination
    }

    /// The lines that seed the data. nil if it was not complete, if a file of it no longer has the size, time and inode
    /// number that it had then, or if what a line names is gone.
    var seedLines: [SeedLine]? {
        guard let contents = SmallFile.contents(of: path, atMost: Self.longest) else { return nil }
        let records = contents.split(separator: 0, omittingEmptySubsequences: false)
        // The last record ends with a zero, too.
        guard records.count > 2, records[0].elementsEqual(Self.header), records.last == []
        else { return nil }
        let lines = SeedList(parsing: Array(records[1])).lines
        let names = lines.flatMap(\.arguments).map { FilePath($0) }.filter(\.isAbsolute)
        guard names.allSatisfy({ FileStatus(of: $0) != nil }) else { return nil }
        return records[2...].dropLast().allSatisfy(isUnchanged) ? lines : nil
    }

    private func isUnchanged(_ record: ArraySlice<UInt8>) -> Bool {
        // The path is all that follows the numbers.
        let fields = record.split(
            separator: UInt8(ascii: " "), maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 5 else { return false }
        let file = FilePath(platformString: fields[4].map(CChar.init(bitPattern:)) + [0])
        return self.record(of: file).map { $0.elementsEqual(record) } ?? false
    }

    /// Removes the marker, because the data may change from now on.
    func remove() {
        path.withPlatformString { _ = unlink($0) }
    }

    /// Records that the data is complete, after it is on disk, and that `lines` seed it. It consists of `files`, paths
    /// below DEST, or of everything in DEST if there are none.
    func write(files: Set<FilePath>, lines: [SeedLine]) throws(Errno) {
        try Folder.flush(fileSystemOf: destination)
        let files = files.isEmpty ? present : files
        var contents = Self.header + [0] + lines.flatMap { "\($0.text)\n".utf8 } + [0]
        for file in files where !file.isEmpty {
            // A file that is gone again makes the next start verify the data.
            contents += (record(of: file) ?? Array("gone 0 0 0 \(file)".utf8)) + [0]
        }
        try Folder.make(path.removingLastComponent())
        try AtomicFile.write(contents, to: path)
    }

    /// Everything in DEST, without the state folder and what other downloads leave there for a while.
    private var present: Set<FilePath> {
        let state = path.removingLastComponent().removingLastComponent()
        let tree = FolderTree(destination)
        var files: Set<FilePath> = []
        let names = tree.names().filter { !$0.string.hasPrefix(StagedData.prefix) }
        tree.visit(only: names) { file in
            if !destination.pushing(file.path).starts(with: state) { files.insert(file.path) }
        }
        return files
    }

    /// What identifies the contents of a file: its kind, size, time of modification and inode number. Of a folder only the
    /// kind, because it may get other files.
    private func record(of file: FilePath) -> [UInt8]? {
        guard let status = FileStatus(withoutFollowing: destination.pushing(file)) else {
            return nil
        }
        let numbers =
            status.kind == .folder
            ? "folder 0 0 0" : "\(status.kind) \(status.size) \(status.written) \(status.inode)"
        let name = file.withPlatformString { name in
            UnsafeBufferPointer(start: name, count: strlen(name)).map(UInt8.init(bitPattern:))
        }
        return Array("\(numbers) ".utf8) + name
    }
}
