import Glibc
import LinuxSystem
import SystemPackage

/// Times, modes and owners for what a get leaves, so that it is the same wherever it ran. Never follows
/// a link; leaves alone what the get did not make, change or name, and what is right already: on an overlay,
/// as in a Docker build, to set anything copies the whole file into the new layer.
public struct AttributeNormalizer: Sendable {
    private let time: LayerTime
    private let owner: FileOwner?
    private let mode: Permissions?

    public init(time: LayerTime, owner: FileOwner? = nil, mode: Permissions? = nil) {
        self.time = time
        self.owner = owner
        self.mode = mode
    }

    /// Goes over what came below the snapshot's root since it was taken; with a manifest that tells of
    /// files, over these alone. Throws where an owner or a mode that was asked for cannot be set;
    /// returns the first of what went wrong else.
    public func apply(
        since snapshot: TreeSnapshot, manifest: Manifest? = nil
    ) throws(LayerError) -> LayerError? {
        var fault: LayerError?
        let named = (try? manifest?.files()) ?? []
        try FolderTree(snapshot.root).visit { file throws(LayerError) in
            guard named.isEmpty || named.contains(file.path) else { return }
            let fate = snapshot.fate(of: file)
            guard !named.isEmpty || fate != .unchanged else { return }
            // A folder that was there may hold things of others: it is ours where the data names it.
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
        // With the owner some bits of the mode go.
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

    /// The folders that were made for the root to lie in, which have no mode but the plain one; and the
    /// one that they were made in, of which all but the time is others'.
    private func applyAbove(_ snapshot: TreeSnapshot) throws(LayerError) {
        let withoutMode = AttributeNormalizer(time: time, owner: owner)
        for path in snapshot.missing.dropFirst() {
            guard let folder = FileInTree(at: path) else { return }
            _ = try withoutMode.apply(to: folder, at: path, isOurs: true, isMade: true)
        }
        guard let top = snapshot.missing.last, FileStatus(of: top) != nil else { return }
        setTime(of: top.removingLastComponent())
    }

    /// Sets the time of a folder of others that something was put into. Where that is not allowed it stays
    /// as it is.
    public func setTime(of folder: FilePath) {
        guard let file = FileInTree(at: folder),
            file.status.written != time.seconds * 1_000_000_000
        else { return }
        try? file.set(time: time.seconds)
    }

    /// 0644, or 0755 where its owner may execute it, and of folders.
    private static func plainMode(of status: FileStatus) -> mode_t {
        status.kind == .folder || status.mode & 0o100 != 0 ? 0o755 : 0o644
    }

    private func set(
        _ what: String, of path: FilePath, _ present: FileStatus, _ body: () throws(Errno) -> Void
    ) throws(LayerError) {
        // What it shares with names elsewhere is not ours to change.
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
    /// It has names that may lie anywhere.
    fileprivate var isShared: Bool { kind == .file && names > 1 }
}
