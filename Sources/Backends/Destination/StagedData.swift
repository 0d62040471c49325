import CLinux
import Glibc
import LinuxSystem
import SeedList
import SystemPackage

/// Data that is downloaded to a hidden folder of DEST and gets its final names when all of it is complete and verified.
///
/// While it is downloaded, the folder is called `.pierdat-new-KEY`. When it is complete, the folder is renamed to
/// `.pierdat-ready-KEY`, and then each entry moves to DEST. So after any interruption it is known what is left to do.
public struct StagedData: Sendable {
    /// Why the data cannot get its final names.
    public enum Failure: Error, Sendable {
        /// Something else has the name. It is not replaced.
        case inTheWay(FilePath)
        case cannotWrite(FilePath, Errno)
    }

    /// The folder for the backend.
    public let folder: FilePath
    private let ready: FilePath
    private let destination: FilePath
    /// With this begin the names of all files and folders in DEST that are not data.
    public static let prefix = ".pierdat-"
    /// Has the seed lines, with the final paths.
    private static let linesName = ".pierdat-lines"
    private static let mostBytes = 32 << 20

    /// Data of `key`, which identifies what is downloaded.
    public init(of key: String, in destination: FilePath) {
        self.destination = destination
        folder = destination.appending("\(Self.prefix)new-\(key)")
        ready = destination.appending("\(Self.prefix)ready-\(key)")
    }

    /// True if DEST has anything that may be data.
    public var isAnythingThere: Bool {
        FolderTree(destination).names().contains { !$0.string.hasPrefix(Self.prefix) }
    }

    /// Creates the folder, or keeps that of an interrupted download.
    public func make() throws(Failure) {
        do throws(Errno) {
            try Folder.make(folder)
        } catch {
            throw .cannotWrite(folder, error)
        }
    }

    /// Deletes the folder if nothing has arrived.
    public func removeIfEmpty() {
        folder.withPlatformString { _ = rmdir($0) }
    }

    /// What is in the folder.
    public var contents: [FilePath] {
        var contents: [FilePath] = []
        FolderTree(folder).visit { contents.append($0.path) }
        return contents
    }

    /// The lines with the final paths, as given or resolved. (The name of the folder is long enough to appear nowhere
    /// else.)
    public func relocated(_ lines: [SeedLine]) throws(SeedLineError) -> [SeedLine] {
        var moves = [(folder.string, destination.string)]
        if let folder = try? folder.resolved(), let destination = try? destination.resolved() {
            moves.append((folder.string, destination.string))
        }
        // One can end with the other.
        moves.sort { $0.0.utf8.count > $1.0.utf8.count }
        var relocated: [SeedLine] = []
        for line in lines {
            let words = ([line.program] + line.arguments).map { word in
                moves.reduce(word) { $0.replacing($1.0, with: $1.1) }
            }
            relocated.append(
                try SeedLine(program: words[0], arguments: Array(words.dropFirst())))
        }
        return relocated
    }

    /// All of the data is there and verified. Records that on disk, with its lines.
    public func complete(with lines: [SeedLine]) throws(Failure) {
        do throws(Errno) {
            let text = lines.map { "\($0.text)\n" }.joined()
            try AtomicFile.write(Array(text.utf8), to: folder.appending(Self.linesName))
            try Folder.flush(fileSystemOf: folder)
            // What an interruption can leave of data that got its names.
            ready.withPlatformString { _ = rmdir($0) }
            try Self.move(folder, to: ready, replacing: false)
            try Folder.flush(destination)
        } catch {
            throw .cannotWrite(ready, error)
        }
    }

    /// The lines of data that is complete and has not got all of its final names. nil if there is none.
    public var completeLines: [SeedLine]? {
        SmallFile.contents(of: ready.appending(Self.linesName), atMost: Self.mostBytes).map {
            SeedList(parsing: $0).lines
        }
    }

    /// Gives complete data its final names. Replaces files, and adds to folders that are there. Can be repeated after an
    /// interruption.
    public func publish() throws(Failure) {
        for name in FolderTree(ready).names() where !name.string.hasPrefix(Self.prefix) {
            try Self.place(ready.pushing(name), at: destination.pushing(name))
        }
        do throws(Errno) {
            try Folder.flush(destination)
        } catch {
            throw .cannotWrite(destination, error)
        }
        // The lines are the last to go.
        FolderTree(ready).visit { if $0.path != FilePath(Self.linesName) { try? $0.remove() } }
        ready.appending(Self.linesName).withPlatformString { _ = unlink($0) }
        ready.withPlatformString { _ = rmdir($0) }
    }

    private static func place(_ old: FilePath, at new: FilePath) throws(Failure) {
        do throws(Errno) {
            try move(old, to: new, replacing: false)
            return
        } catch .fileExists {
        } catch {
            throw .cannotWrite(new, error)
        }
        let kinds = [old, new].map { FileStatus(withoutFollowing: $0)?.kind }
        switch (kinds[0], kinds[1]) {
        case (.folder, .folder):
            for name in FolderTree(old).names() {
                try place(old.pushing(name), at: new.pushing(name))
            }
            do throws(Errno) {
                try Folder.flush(new)
            } catch {
                throw .cannotWrite(new, error)
            }
        case (.folder, _), (_, .folder), (_, .other): throw .inTheWay(new)
        default:
            do throws(Errno) {
                try move(old, to: new, replacing: true)
            } catch {
                throw .cannotWrite(new, error)
            }
        }
    }

    private static func move(
        _ old: FilePath, to new: FilePath, replacing: Bool
    ) throws(Errno) {
        let result = old.withPlatformString { old in
            new.withPlatformString { new in
                replacing ? rename(old, new) : linux_rename_to_free_name(old, new)
            }
        }
        guard result != 0 else { return }
        let error = Errno(rawValue: errno)
        // Some file systems, such as NFS, cannot do this in one step. No other process writes to DEST.
        guard !replacing, error == .invalidArgument || error == .noFunction else { throw error }
        guard FileStatus(withoutFollowing: new) == nil else { throw .fileExists }
        try move(old, to: new, replacing: true)
    }
}
