import Glibc
import LinuxSystem
import SystemPackage

/// An image build in which this process runs as a `RUN` step. Its mounts do not become part of the
/// image.
///
/// Traces of the builder distinguish a build from a running container. BuildKit (`docker build`,
/// `docker buildx build`) sets the host name `buildkitsandbox`, unless the build argument
/// BUILDKIT_SANDBOX_HOSTNAME overrides it, and mounts /etc/hosts and /etc/resolv.conf from its
/// executor folder. Buildah, which `podman build` uses, too, names itself in /run/.containerenv.
/// Docker's legacy builder leaves no trace, but it has no `RUN --mount` either.
public struct ImageBuild: Sendable {
    /// Where a path is stored.
    public enum Place: Equatable, Sendable {
        /// In the layer that becomes part of the image.
        case layer
        /// On a mount, which does not become part of the image.
        case mount(MountTable.Mount)
        /// The kernel does not report it.
        case unknown
    }

    private let mounts: MountTable

    /// nil if `mounts`, `hostName` and the contents of /run/.containerenv do not indicate a build.
    public init?(mounts: MountTable, hostName: String, containerEnvironment: [UInt8]?) {
        let isBuildKit = hostName == "buildkitsandbox" || Self.hasExecutor(mounts)
        guard isBuildKit || containerEnvironment.map(Self.isBuildah) == true else { return nil }
        self.mounts = mounts
    }

    /// nil if this process does not run in a build, or /proc is not mounted.
    public static var current: ImageBuild? {
        guard let mounts = MountTable.current else { return nil }
        return ImageBuild(
            mounts: mounts, hostName: hostName,
            containerEnvironment: SmallFile.contents(of: "/run/.containerenv", atMost: 65_536))
    }

    /// Where `path` is stored, or would be once created.
    public func place(of path: FilePath) -> Place {
        guard let mount = mounts.mount(holding: path) else { return .unknown }
        return mount.point == "/" ? .layer : .mount(mount)
    }

    /// The mounts below the folder `path`.
    public func mounts(below path: FilePath) -> [MountTable.Mount] {
        mounts.mounts(below: path)
    }

    /// The first mount that contains a file of `manifest`. The files are relative to `folder`, or
    /// to its parent if `folder` itself is the data.
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

    /// Matches `/var/lib/docker/buildkit/executor/hosts.k1` and
    /// `/var/lib/buildkit/runc-overlayfs/executor/hosts`.
    private static func hasExecutor(_ mounts: MountTable) -> Bool {
        ["/etc/hosts", "/etc/resolv.conf"].compactMap { mounts.mount(at: $0)?.source }.contains {
            let folders = $0.removingLastComponent().components
            return folders.last == "executor" && folders.contains("buildkit")
        }
    }

    /// Matches a line `engine="buildah-1.28.2"`. Podman writes its own name when it runs a
    /// container.
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
