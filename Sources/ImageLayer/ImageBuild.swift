import Glibc
import LinuxSystem
import SystemPackage

/// The build of an image, of which this process is a `RUN`: its mounts are gone when the image is made.
///
/// A build is told from a running container by what only builders do. BuildKit (`docker build`, `docker
/// buildx build` and what is made of it) calls the machine `buildkitsandbox`, unless the build argument
/// BUILDKIT_SANDBOX_HOSTNAME says otherwise, and mounts /etc/hosts and /etc/resolv.conf out of its
/// executor's folder. Buildah, which is `podman build` too, names itself in /run/.containerenv. Docker's
/// legacy builder leaves no sign, and has no `RUN --mount`.
public struct ImageBuild: Sendable {
    /// Where something lies.
    public enum Place: Equatable, Sendable {
        /// In the layer that becomes part of the image.
        case layer
        /// On a mount, which does not.
        case mount(MountTable.Mount)
        /// The kernel does not tell.
        case unknown
    }

    private let mounts: MountTable

    /// nil if `mounts`, the machine's `hostName` and the contents of /run/.containerenv are not those of
    /// a build.
    public init?(mounts: MountTable, hostName: String, containerEnvironment: [UInt8]?) {
        let isBuildKit = hostName == "buildkitsandbox" || Self.hasExecutor(mounts)
        guard isBuildKit || containerEnvironment.map(Self.isBuildah) == true else { return nil }
        self.mounts = mounts
    }

    /// nil if this process is in no build, or there is no /proc.
    public static var current: ImageBuild? {
        guard let mounts = MountTable.current else { return nil }
        return ImageBuild(
            mounts: mounts, hostName: hostName,
            containerEnvironment: SmallFile.contents(of: "/run/.containerenv", atMost: 65_536))
    }

    /// Where `path` lies, or would if it were made.
    public func place(of path: FilePath) -> Place {
        guard let mount = mounts.mount(holding: path) else { return .unknown }
        return mount.point == "/" ? .layer : .mount(mount)
    }

    /// What is mounted below the folder `path`.
    public func mounts(below path: FilePath) -> [MountTable.Mount] {
        mounts.mounts(below: path)
    }

    /// The first mount that holds one of the files that `manifest` tells of, which lie below `folder`,
    /// or in a folder beside it if that is the data itself.
    public func mount(holdingAnyOf manifest: Manifest, below folder: FilePath) -> MountTable.Mount?
    {
        let below = mounts.mounts(below: folder)
        guard !below.isEmpty, let files = try? manifest.files(),
            let path = try? folder.resolved()
        else { return nil }
        return below.first { mount in
            var rest = mount.point
            guard rest.removePrefix(path) else { return false }
            let beside = FilePath(root: nil, path.lastComponent.map { [$0] } ?? []).pushing(rest)
            return files.contains(rest) || files.contains(beside)
        }
    }

    /// As `/var/lib/docker/buildkit/executor/hosts.k1` and `/var/lib/buildkit/runc-overlayfs/executor/hosts`.
    private static func hasExecutor(_ mounts: MountTable) -> Bool {
        ["/etc/hosts", "/etc/resolv.conf"].compactMap { mounts.mount(at: $0)?.source }.contains {
            let folders = $0.removingLastComponent().components
            return folders.last == "executor" && folders.contains("buildkit")
        }
    }

    /// A line `engine="buildah-1.28.2"`; podman has its own name there when it runs a container.
    private static func isBuildah(_ containerEnvironment: [UInt8]) -> Bool {
        containerEnvironment.split(separator: UInt8(ascii: "\n")).contains {
            $0.starts(with: Array("engine=\"buildah-".utf8))
        }
    }

    /// gethostname(2).
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
