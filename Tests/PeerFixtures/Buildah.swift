import Foundation
import SystemPackage

/// A real Buildah, as used by `podman build`, with its own storage.
public struct Buildah: Sendable {
    private let folder: TemporaryFolder

    public init() throws {
        folder = try TemporaryFolder()
    }

    /// Builds an image from scratch with the Dockerfile `lines`, the package's `root/` and busybox.
    /// Returns the result of the build.
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
                // No OCI runtime: Debian 12's does not support hybrid control groups.
                "--isolation=chroot", "--network=host", "--layers=false", context.string,
            ], environment: ["HOME": folder.path.string, "TMPDIR": folder.path.string]
        ).run()
    }
}
