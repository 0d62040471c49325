import LinuxSystem
import SystemPackage

/// What is below a folder before something is put there, to tell afterwards what was.
public struct TreeSnapshot: Sendable {
    /// A folder, or a single file.
    let root: FilePath
    /// The root and the folders above it that do not exist; the root first.
    let missing: [FilePath]
    /// When everything that does was changed last, by its path below the root.
    private let changed: [FilePath: Int64]

    /// What has become of something.
    enum Fate {
        /// It was not there.
        case made
        /// It was there and has changed: a folder, when something was put into it.
        case changed
        case unchanged
    }

    public init(of root: FilePath) {
        self.root = root
        var missing: [FilePath] = []
        var path = root
        while !path.isEmpty, FileStatus(of: path) == nil {
            missing.append(path)
            path.removeLastComponent()
        }
        self.missing = missing
        var changed: [FilePath: Int64] = [:]
        FolderTree(root).visit { changed[$0.path] = $0.status.changed }
        self.changed = changed
    }

    func fate(of file: FileInTree) -> Fate {
        guard let before = changed[file.path] else { return .made }
        return before == file.status.changed ? .unchanged : .changed
    }
}
