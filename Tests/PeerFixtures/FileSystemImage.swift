import SystemPackage

/// A file that holds a file system of a kind whose files can share their blocks.
public struct FileSystemImage: Sendable {
    private let path: FilePath

    public enum Kind: String, Sendable, CaseIterable {
        case btrfs, xfs

        fileprivate func command(_ image: FilePath) throws -> Command {
            switch self {
            case .btrfs:
                try Command(
                    installed: "mkfs.btrfs", package: "btrfs-progs", ["-q", image.string])
            case .xfs:
                try Command(
                    installed: "mkfs.xfs", package: "xfsprogs",
                    ["-q", "-m", "reflink=1", image.string])
            }
        }
    }

    /// Makes one at `path`, which is no file yet. What nobody has written takes no room.
    public init(_ kind: Kind, at path: FilePath) async throws {
        self.path = path
        // No smaller one of XFS can be made.
        let truncate = Command("/usr/bin/truncate", ["--size=320M", path.string])
        for command in [truncate, try kind.command(path)] {
            let ended = try await command.run()
            guard ended.status.isSuccess else {
                throw FixtureError("no \(kind.rawValue) can be made: \(ended)")
            }
        }
    }

    /// The same command, which finds the file system mounted at `folder`; nobody else does. (Only root can.)
    public func mounted(at folder: FilePath, for command: Command) -> Command {
        command.inMountNamespace(
            #"mount -o loop "$1" "$2"; shift 2; "#, [path.string, folder.string])
    }
}
