import SystemPackage

/// A file that contains a file system.
public struct FileSystemImage: Sendable {
    private let kind: Kind
    private let path: FilePath

    public enum Kind: String, Sendable {
        /// Files can share blocks.
        case btrfs, xfs
        /// Names are case-insensitive.
        case exfat

        fileprivate var mountOptions: [String] {
            self == .exfat ? ["-t", "exfat-fuse", "-o", "loop"] : ["-o", "loop"]
        }

        fileprivate func command(_ image: FilePath) throws -> Command {
            switch self {
            case .btrfs:
                try Command(
                    installed: "mkfs.btrfs", package: "btrfs-progs", ["-q", image.string])
            case .xfs:
                try Command(
                    installed: "mkfs.xfs", package: "xfsprogs",
                    ["-q", "-m", "reflink=1", image.string])
            case .exfat:
                try Command(installed: "mkfs.exfat", package: "exfatprogs", [image.string])
            }
        }
    }

    /// Creates a new file at `path`. Blocks that were never written use no space.
    public init(_ kind: Kind, at path: FilePath) async throws {
        self.kind = kind
        self.path = path
        // The minimum size of XFS.
        let truncate = Command("/usr/bin/truncate", ["--size=320M", path.string])
        for command in [truncate, try kind.command(path)] {
            let ended = try await command.run()
            guard ended.status.isSuccess else {
                throw FixtureError("no \(kind.rawValue) can be made: \(ended)")
            }
        }
    }

    /// The same command with the file system mounted at `folder`, visible to no other process.
    /// (Only root can.)
    public func mounted(at folder: FilePath, for command: Command) -> Command {
        // A FUSE file system lives until it is unmounted.
        let script = #"""
            place=$3
            mount $1 "$2" "$place" >&2
            shift 3
            status=0
            "$@" || status=$?
            umount "$place"
            exit "$status"
            """#
        return command.started(
            by: "/usr/bin/unshare",
            [
                "--mount", "--propagation", "private", "/bin/sh", "-ec", script, "sh",
                kind.mountOptions.joined(separator: " "), path.string, folder.string,
            ])
    }
}
