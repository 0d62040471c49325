import Foundation
import SystemPackage

/// A real Buildah, which is what `podman build` runs too, with storage of its own.
public struct Buildah: Sendable {
    private let folder: TemporaryFolder

    public init() throws {
        folder = try TemporaryFolder()
    }

    /// Builds an image on an empty one from the Dockerfile `lines`, with the package's `root/` and
    /// busybox in it. Returns how that ended.
    public func build(_ lines: [String]) async throws -> Ended {
        let context = try folder.make("context")
        try Script.run("cp", "-R", Package.root.appending("root").string, context.string)
        try Script.run("cp", "/bin/busybox", context.string)
        let text = ["FROM scratch", "COPY root /", "COPY busybox /bin/sh"] + lines
        try Data((text.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(filePath: context.appending("Dockerfile").string))
        let storage = folder.path.appending("storage").string
        return try await Command(
            installed: "buildah", package: "buildah",
            [
                "--storage-driver=vfs", "--root=\(storage)", "--runroot=\(storage)-run", "build",
                // No runtime: that of Debian 12 knows no hybrid control groups.
                "--isolation=chroot", "--network=host", "--layers=false", context.string,
            ], environment: ["HOME": folder.path.string, "TMPDIR": folder.path.string]
        ).run()
    }
}
