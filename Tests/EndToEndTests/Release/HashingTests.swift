import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Hashing on ARM", .timeLimit(.minutes(2)))
struct HashingTests {
    @Test("The SHA instructions of ARMv8 give the same hashes as sha1sum and sha256sum")
    func digests() async throws {
        let folder = try TemporaryFolder()
        let program = folder.path.appending("digests")
        let build = Command(
            Package.root.appending("scripts/hashing-program"), ["aarch64", program.string],
            environment: ProcessInfo.processInfo.environment)
        let built = try await build.run()
        try #require(built.status == .exited(0), "\(built)")

        for size in [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 16384, 100_003] {
            let files = try Self.files(of: size, in: folder.make("\(size)"))
            let ended = try await Self.emulated(program, files).run()
            try #require(ended.status == .exited(0), "\(ended)")
            let digests = ended.output.split(separator: "\n").map(String.init)
            let expected = try await Self.sums(of: files)
            #expect(Set(digests) == expected, "of \(size) bytes")
            // For each file: in six kinds of parts, next to SHA-256, in pairs, and up to four
            // together.
            #expect(digests.count == (size % 64 == 0 ? 54 : 46))
        }
    }

    /// Four files of this size.
    private static func files(of size: Int, in folder: FilePath) throws -> [String] {
        var random = SplitMix(seed: UInt64(size))
        return try (1...4).map { number in
            let file = folder.appending("\(number)")
            try random.bytes(size).write(to: URL(filePath: file.string))
            return file.string
        }
    }

    /// "DIGEST FILE" for each file.
    private static func sums(of files: [String]) async throws -> Set<String> {
        var sums: Set<String> = []
        for program in ["/usr/bin/sha1sum", "/usr/bin/sha256sum"] {
            let output = try await Command(FilePath(program), files).run().output
            sums.formUnion(
                output.replacingOccurrences(of: "  ", with: " ").split(separator: "\n")
                    .map(String.init))
        }
        return sums
    }

    /// The command of an ARM program on any CPU.
    private static func emulated(_ program: FilePath, _ arguments: [String]) throws -> Command {
        #if arch(arm64)
            Command(program, arguments)
        #else
            try Command(
                installed: "qemu-aarch64", package: "qemu-user", [program.string] + arguments)
        #endif
    }
}
