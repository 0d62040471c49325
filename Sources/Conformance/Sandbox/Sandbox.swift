import Glibc
import LinuxSystem
import SystemPackage

/// A temporary folder in which a backend is tested: an installation of its own, and all folders that a download
/// could write to.
public struct Sandbox: Sendable {
    /// The folder that contains all others.
    public let folder: FilePath

    /// The folder that takes the place of `/`.
    var prefix: FilePath { folder.appending("root") }
    /// The programs.
    var programs: FilePath { prefix.appending("usr/bin") }
    /// Where a backend puts what seeding needs besides the data.
    var state: FilePath { prefix.appending("var/lib/pierdat") }
    /// The seed list.
    var seedList: FilePath { prefix.appending("etc/pier.dat") }
    /// DEST.
    var destination: FilePath { folder.appending("dest") }
    /// `HOME` of the programs under test.
    var home: FilePath { folder.appending("home") }
    /// Their `TMPDIR`.
    var temporary: FilePath { folder.appending("tmp") }
    /// Their working directory.
    var work: FilePath { folder.appending("work") }
    /// Their standard error, one file for each run.
    var logs: FilePath { folder.appending("logs") }
    /// The kit's own files.
    var kit: FilePath { folder.appending("kit") }
    /// The manifest of a get.
    var manifest: FilePath { kit.appending("manifest") }

    /// Creates the sandbox in a new folder in `parent`.
    public init(in parent: FilePath) throws(Errno) {
        var template = Array(parent.appending("pierdat-test-XXXXXX").string.utf8CString)
        guard let made = mkdtemp(&template) else { throw Errno(rawValue: errno) }
        folder = FilePath(platformString: made)
        // A seeder is also run as another user.
        guard chmod(made, 0o755) == 0 else { throw Errno(rawValue: errno) }
        for path in [prefix, programs, prefix.appending("etc"), home, temporary, work, logs, kit] {
            try Folder.make(path)
        }
    }

    /// Deletes the sandbox.
    public func remove() { Self.remove(folder) }

    /// Deletes DEST and the state, so that the next download begins from nothing.
    func clear() {
        Self.remove(destination)
        Self.remove(state)
    }

    /// Deletes the file or folder `path` with all that is in it. Follows no link.
    static func remove(_ path: FilePath) {
        guard FileStatus(withoutFollowing: path)?.kind == .folder else {
            path.withPlatformString { _ = unlink($0) }
            return
        }
        FolderTree(path).visit { file in
            // The root of the walk has no name in its folder.
            if !file.path.isEmpty { try? file.remove() }
        }
        path.withPlatformString { _ = rmdir($0) }
    }
}
