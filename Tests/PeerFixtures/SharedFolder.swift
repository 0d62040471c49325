import Foundation
import Glibc
import SystemPackage

/// A folder that two hosts share, each through a file system of its own whose locks the other does not see, as on NFS
/// without a lock service. (Only root can.)
public final class SharedFolder: Sendable {
    /// The folder as the hosts see it.
    public let views: [FilePath]
    /// The folder itself.
    public let path: FilePath

    /// Mounts the views below `parent`.
    public init(in parent: TemporaryFolder) throws {
        path = try parent.make("shared")
        views = try ["first view", "second view"].map(parent.make)
        for view in views { try Script.run("bindfs", path.string, view.string) }
    }

    deinit {
        for view in views { umount2(view.string, Int32(MNT_DETACH)) }
    }
}
