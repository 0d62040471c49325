import SystemPackage

/// The description of a new torrent.
public struct Publication: Sendable {
    /// The absolute path of the file or folder.
    public var path: FilePath
    /// The torrent's name. nil for the name of the file or folder.
    public var name: String?
    /// The trackers, one tier each (BEP 12).
    public var trackers: [RemoteURL] = []
    /// Web servers with the same data (BEP 19).
    public var webSeeds: [RemoteURL] = []
    /// What the info dictionary contains besides the name and the hashes.
    public var form: Form
    /// A comment in the torrent. nil for none.
    public var comment: String?
    /// In seconds since 1970. nil for none, so that the same data gives the same torrent.
    public var creationDate: Int64?

    /// What the info dictionary contains besides the name and the hashes.
    public enum Form: Sendable {
        /// Links and which files are executable.
        case full(isPrivate: Bool, isV1Only: Bool)
        /// Nothing, as docs/canonical-torrent.md defines, so that the same data under the same names
        /// has the same info-hashes wherever its torrent is created.
        case canonical

        /// Peers come only from the trackers (BEP 27).
        var isPrivate: Bool {
            if case .full(let isPrivate, _) = self { isPrivate } else { false }
        }

        /// A canonical torrent that is saved by its creator is the one that others get from peers.
        var namesCreator: Bool {
            if case .full = self { true } else { false }
        }

        /// Version 1 only (BEP 3), for programs that do not support hybrids with version 2 (BEP 52).
        var isV1Only: Bool {
            if case .full(_, let isV1Only) = self { isV1Only } else { false }
        }
    }

    /// A public hybrid torrent of the file or folder at `path`, without trackers and web seeds.
    public init(path: FilePath) {
        self.path = path
        form = .full(isPrivate: false, isV1Only: false)
    }

    /// The canonical torrent of the file or folder at `path`, without trackers and web seeds.
    public init(canonical path: FilePath) {
        self.path = path
        form = .canonical
    }

    /// True if there is not a single byte, so that there can be no torrent.
    public var isEmpty: Bool {
        get throws(TorrentError) { try ContentScan(path).size == 0 }
    }

    /// Reads and hashes all of the data. `progress` receives the fraction that is done, from 0 to 1. `say`
    /// prints a line for the user.
    public func makeTorrent(
        progress: (Double) -> Void, say: (String) -> Void
    ) throws(TorrentError) -> TorrentParameters {
        guard let torrent = try create(try scan(say: say), progress: progress, wait: nil) else {
            throw .invalid("the hashing of \(path) was cancelled")
        }
        return torrent
    }

    /// Scans the data, and prints warnings about what the torrent will not contain.
    private func scan(say: (String) -> Void) throws(TorrentError) -> ContentScan {
        var scan = try ContentScan(path)
        if let warning = Self.warning(of: scan.emptyFolders) { say("warning: \(warning)") }
        guard case .canonical = form else { return scan }
        let executables = try scan.makeCanonical()
        if let first = executables.first {
            say(
                "warning: \(first)\(executables.count > 1 ? " and \(executables.count - 1) more" : "") can be executed, which a canonical torrent does not record"
            )
        }
        return scan
    }

    /// The warning about empty folders that are left out. nil if there are none.
    private static func warning(of folders: [FilePath]) -> String? {
        guard let first = folders.first else { return nil }
        let rest = "A torrent contains only files: put a file into each folder that you need"
        return folders.count == 1
            ? "the empty folder \(first) is left out. \(rest)"
            : "\(folders.count) empty folders are left out, \(first) among them. \(rest)"
    }
}
