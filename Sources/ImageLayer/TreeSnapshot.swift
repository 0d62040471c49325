import LinuxSystem
import SystemPackage

/// Records what is below a folder, to detect later what was created or changed.
public struct TreeSnapshot: Sendable {
    /// The folder, or a single file.
    let root: FilePath
    /// The root and its missing parent folders. The root comes first.
    let missing: [FilePath]
    /// The change time of each entry, by its path below the root.
    private let changed: [FilePath: Int64]

    /// The change of an entry since the snapshot.
    enum Fate {
        /// It did not exist.
        case made
        /// It existed and has changed. A folder changes when an entry is added to it.
        case changed
        case unchanged
    }

    /// Records the file or folder `root`, which need not exist. `made` contains the root and its parent folders, as far as
    /// this process just created them. The root comes first.
    public init(of root: FilePath, made: [FilePath] = []) {
        self.root = root
        missing = made.isEmpty ? Folder.missing(of: root) : made
        var changed: [FilePath: Int64] = [:]
        FolderTree(root).visit { changed[$0.path] = $0.status.changed }
        if !made.isEmpty { changed[""] = nil }
        self.changed = changed
    }

    func fate(of file: FileInTree) -> Fate {
        guard let before = changed[file.path] else { return .made }
        return before == file.status.changed ? .unchanged : .changed
    }
}
