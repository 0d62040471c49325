import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Top-level Dockerfile", .timeLimit(.minutes(3)))
struct ImageContextTests {
    @Test("The build gets all files that the package needs, and the pinned versions")
    func context() async throws {
        let engine = try await DockerEngine()
        let folder = try TemporaryFolder()
        let file = folder.path.appending("Dockerfile")
        try Data("FROM scratch\nCOPY . /\n".utf8).write(to: URL(filePath: file.string))
        let context = folder.path.appending("context")
        try await engine.docker(
            "buildx", "build", "--file", file.string, "--output", "type=local,dest=\(context)",
            Package.root.string)

        let swift = Command(
            "/usr/bin/env", ["swift", "package", "--package-path", context.string, "describe"],
            environment: ProcessInfo.processInfo.environment)
        let ended = try await swift.run()
        #expect(ended.status == .exited(0), "\(ended)")
        for name in [
            "Package.resolved", "Makefile", "scripts/build-root", "backends/aria2c/get",
            "root/entrypoint.sh",
        ] {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: context.pushing(FilePath(name)).string,
                    andPath: Package.root.pushing(FilePath(name)).string), "\(name)")
        }
    }
}
