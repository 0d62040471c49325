import Digest
import Foundation
import Glibc
import PeerFixtures
import SystemPackage

/// The usual starting point: a file in the folder of a web server, and a fresh overlay without it.
struct FileAtOrigin: Sendable {
    static let name = "model.bin"

    let folder: TemporaryFolder
    let origin: FilePath
    let contents: Data
    var overlay: Overlay
    /// Does not exist yet.
    let destination: FilePath

    /// The file has more than one segment of a parallel download by default.
    init(bytes: Int = 20 << 20) throws {
        folder = try TemporaryFolder()
        origin = try folder.make("origin")
        contents = Self.data(bytes, seed: 1)
        try contents.write(to: URL(filePath: origin.appending(Self.name).string))
        overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment["HOME"] = folder.path.string
        destination = folder.path.appending("destination")
    }

    static func data(_ bytes: Int, seed: UInt64) -> Data {
        // Eight bytes a number, because an unoptimized test takes long for each step.
        var generator = SplitMix(seed: seed)
        let words = (0..<(bytes + 7) / 8).map { _ in generator.next() }
        return words.withUnsafeBytes { Data($0.prefix(bytes)) }
    }

    /// The size of the partial file, and the bytes of it that are on disk. nil if there is none.
    var partial: (size: Int, allocated: Int)? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: destination.string)) ?? []
        guard let name = names.first(where: { $0.hasSuffix(".part") }) else { return nil }
        var status = stat()
        guard stat(destination.appending(name).string, &status) == 0 else { return nil }
        return (Int(status.st_size), Int(status.st_blocks) * 512)
    }

    /// Writes the file that the origin serves after a change.
    func writeNewVersion(_ contents: Data) throws {
        try contents.write(to: URL(filePath: origin.appending("\(Self.name).new").string))
    }

    var digest: ContentDigest { Self.digest(of: contents) }

    static func digest(
        of contents: Data, _ algorithm: ContentDigest.Algorithm = .sha256
    ) -> ContentDigest {
        guard let hasher = ContentHasher(algorithm.function) else {
            preconditionFailure("no memory")
        }
        contents.withUnsafeBytes { hasher.add($0) }
        return hasher.finish(as: algorithm)
    }

    /// The fragment that pins the file.
    var pin: String { "#sha256=\(digest.hex)" }

    /// What lies in the destination, by name. Empty if that does not exist.
    var arrived: [String: Data] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: destination.string)
        return Dictionary(
            uniqueKeysWithValues: (names ?? []).map { name in
                let path = destination.appending(name).string
                return (name, (try? Data(contentsOf: URL(filePath: path))) ?? Data())
            })
    }

    /// True if the destination has the file and nothing else.
    var isComplete: Bool { arrived == [Self.name: contents] }

    /// Runs `pierdat` with the URIs and the destination.
    func get(_ arguments: String...) async throws -> Ended {
        try await overlay.pierdat(arguments + [destination.string])
    }
}
