import Glibc
import LinuxSystem
import SystemPackage

/// Normalizes times, modes and owners of downloaded files, so that every build produces the same
/// layer. Never follows links. Leaves alone what the download did not create, change or name, and
/// attributes that are already correct: on an overlay file system, as in a Docker build, setting
/// any attribute copies the whole file into the new layer.
public struct AttributeNormalizer: Sendable {
    private let time: LayerTime
    private let owner: FileOwner?
    private let mode: Permissions?

    /// Sets `time` and, if given, `owner` and `mode`. Without `mode`, folders and programs get 0755
    /// and other files 0644.
    public init(time: LayerTime, owner: FileOwner? = nil, mode: Permissions? = nil) {
        self.time = time
        self.owner = owner
        self.mode = mode
    }

    /// Normalizes what was created or changed below the snapshot's root since it was taken. If a
    /// manifest lists files, only these are normalized. Throws if a requested owner or mode cannot
    /// be set. Returns the first of the other errors.
    public func apply(
        since snapshot: TreeSnapshot, manifest: Manifest? = nil
    ) throws(LayerError) -> LayerError? {
        var fault: LayerError?
        let named = (try? manifest?.files()) ?? []
        try FolderTree(snapshot.root).visit { file throws(LayerError) in
            guard named.isEmpty || named.contains(file.path) else { return }
            let fate = snapshot.fate(of: file)
            guard !named.isEmpty || fate != .unchanged else { return }
            // An existing folder may contain unrelated files. It is ours only if the data includes
            // it.
            let isFolder = file.status.kind == .folder
            let isOurs = !isFolder || (!named.isEmpty && !file.path.isEmpty)
            let problem = try apply(
                to: file, at: snapshot.root.pushing(file.path), isOurs: isOurs || fate == .made,
                isMade: fate == .made)
            fault = fault ?? problem
        }
        try applyAbove(snapshot)
        return fault
    }

    private func apply(
        to file: FileInTree, at path: FilePath, isOurs: Bool, isMade: Bool
    ) throws(LayerError) -> LayerError? {
        let present = file.status
        let isGivenAway = isOurs && owner != nil && present.owner != owner
        if isGivenAway, let owner {
            try set("owner", of: path, present) { () throws(Errno) in try file.set(owner) }
        }
        var fault: LayerError?
        let bits = mode?.bits(of: present.kind)
        // chown(2) clears some mode bits.
        let hasMode = !isGivenAway && present.mode == bits ?? Self.plainMode(of: present)
        if let bits, isOurs, !hasMode, present.kind != .link {
            try set("mode", of: path, present) { () throws(Errno) in try file.set(mode: bits) }
        } else if bits == nil, isMade, !hasMode {
            fault = attempt("mode", of: path) { () throws(Errno) in
                try file.set(mode: Self.plainMode(of: present))
            }
        }
        guard present.written != time.seconds * 1_000_000_000, isMade || !present.isShared else {
            return fault
        }
        let unset = attempt("time", of: path) { () throws(Errno) in
            try file.set(time: time.seconds)
        }
        return fault ?? unset
    }

    /// Normalizes the parent folders that were created for the root, with the plain mode only. Of
    /// the existing folder that contains them, only the time is set.
    private func applyAbove(_ snapshot: TreeSnapshot) throws(LayerError) {
        let withoutMode = AttributeNormalizer(time: time, owner: owner)
        for path in snapshot.missing.dropFirst() {
            guard let folder = FileInTree(at: path) else { return }
            _ = try withoutMode.apply(to: folder, at: path, isOurs: true, isMade: true)
        }
        guard let top = snapshot.missing.last, FileStatus(of: top) != nil else { return }
        setTime(of: top.removingLastComponent())
    }

    /// Sets the time of an existing folder in which something was created. Ignores a lack of
    /// permission.
    public func setTime(of folder: FilePath) {
        guard let file = FileInTree(at: folder),
            file.status.written != time.seconds * 1_000_000_000
        else { return }
        try? file.set(time: time.seconds)
    }

    /// 0755 for folders and for files that their owner may execute, otherwise 0644.
    private static func plainMode(of status: FileStatus) -> mode_t {
        status.kind == .folder || status.mode & 0o100 != 0 ? 0o755 : 0o644
    }

    private func set(
        _ what: String, of path: FilePath, _ present: FileStatus, _ body: () throws(Errno) -> Void
    ) throws(LayerError) {
        // Changes would also affect the file's other hard links, which are not ours.
        guard !present.isShared else { throw .isShared(what, path) }
        if let fault = attempt(what, of: path, body) { throw fault }
    }

    private func attempt(
        _ what: String, of path: FilePath, _ body: () throws(Errno) -> Void
    ) -> LayerError? {
        do throws(Errno) {
            try body()
            return nil
        } catch {
            return .cannotSet(what, of: path, error)
        }
    }
}

extension FileStatus {
    /// True for a file with several hard links, which may be anywhere.
    fileprivate var isShared: Bool { kind == .file && names > 1 }
}
