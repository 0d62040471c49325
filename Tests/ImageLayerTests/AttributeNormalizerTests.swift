import Foundation
import Glibc
import ImageLayer
import LinuxSystem
import SystemPackage
import Testing

@Suite("Attributes of downloaded files")
struct AttributeNormalizerTests {
    @Test("New files get plain modes and the time of the layer")
    func made() throws {
        let given = try Given()
        let before = TreeSnapshot(of: given.destination)
        try given.write("new/file", mode: 0o600)
        try given.write("new/program", mode: 0o700)

        #expect(try AttributeNormalizer(time: .fixed).apply(since: before) == nil)

        #expect(try given.look("new/file") == Look(mode: 0o644, isStamped: true))
        #expect(try given.look("new/program") == Look(mode: 0o755, isStamped: true))
        #expect(try given.look("new") == Look(mode: 0o755, isStamped: true))
        #expect(try given.look("") == Look(mode: 0o755, isStamped: true))
        #expect(try given.look("..").isStamped)
    }

    @Test("Existing files keep their attributes whatever is requested")
    func others() throws {
        let given = try Given()
        try given.write("theirs/file", mode: 0o640)
        try given.set("theirs", mode: 0o750)
        try given.set("", mode: 0o711)
        let before = TreeSnapshot(of: given.destination)
        try given.write("theirs/new", mode: 0o600)

        let mode = try #require(Permissions("0606"))
        #expect(try AttributeNormalizer(time: .fixed, mode: mode).apply(since: before) == nil)

        #expect(try given.look("theirs/file") == Look(mode: 0o640, isStamped: false))
        // A file was created in it.
        #expect(try given.look("theirs") == Look(mode: 0o750, isStamped: true))
        #expect(try given.look("theirs/new") == Look(mode: 0o606, isStamped: true))
        #expect(try given.look("").mode == 0o711)
    }

    @Test("With a manifest, exactly the files in it are normalized, new or not")
    func manifest() throws {
        let given = try Given()
        try given.write("data/old", mode: 0o640)
        let before = TreeSnapshot(of: given.destination)
        try given.write("data/new", mode: 0o600)
        try given.write("another's", mode: 0o600)
        let manifest = try #require(Manifest())
        try Manifest.tell(
            ["data/old", "data/new", "../outside", "/etc/passwd"] as [FilePath],
            environment: ["PIERDAT_MANIFEST": manifest.path])

        let mode = try #require(Permissions("0600"))
        let normalizer = AttributeNormalizer(time: .fixed, mode: mode)
        #expect(try normalizer.apply(since: before, manifest: manifest) == nil)

        #expect(try given.look("data/old") == Look(mode: 0o600, isStamped: true))
        #expect(try given.look("data/new") == Look(mode: 0o600, isStamped: true))
        // Read permission of a folder implies search permission.
        #expect(try given.look("data") == Look(mode: 0o700, isStamped: true))
        #expect(try given.look("another's") == Look(mode: 0o600, isStamped: false))
    }

    @Test("Links are never followed, neither as the last name nor as a folder")
    func links() throws {
        let given = try Given()
        try given.write("../outside/file", mode: 0o640)
        let before = TreeSnapshot(of: given.destination)
        try given.write("file", mode: 0o644)
        for (name, target) in [("to-file", "../outside/file"), ("to-folder", "../outside")] {
            #expect(symlink(target, given.destination.appending(name).string) == 0)
        }

        let mode = try #require(Permissions("0777"))
        #expect(try AttributeNormalizer(time: .fixed, mode: mode).apply(since: before) == nil)

        #expect(try given.look("../outside/file") == Look(mode: 0o640, isStamped: false))
        #expect(try !given.look("../outside").isStamped)
        #expect(try given.look("to-file").isStamped)
    }

    @Test("Correct attributes are not set again, so the inode does not change")
    func untouched() throws {
        let given = try Given()
        try given.write("data/file", mode: 0o600)
        let mode = try #require(Permissions("0640"))
        let manifest = try #require(Manifest())
        try Manifest.tell(["data/file"], environment: ["PIERDAT_MANIFEST": manifest.path])
        let normalizer = AttributeNormalizer(
            time: .fixed, owner: FileOwner(user: getuid(), group: getgid()), mode: mode)
        let first = TreeSnapshot(of: given.destination)
        #expect(try normalizer.apply(since: first, manifest: manifest) == nil)
        let once = try given.changed("data/file")

        let second = TreeSnapshot(of: given.destination)
        #expect(try normalizer.apply(since: second, manifest: manifest) == nil)

        #expect(try given.changed("data/file") == once)
        #expect(try given.look("data/file") == Look(mode: 0o640, isStamped: true))
    }

    @Test("A file with other hard links keeps its attributes, and a mode for it is rejected")
    func hardLinks() throws {
        let given = try Given()
        try given.write("../outside", mode: 0o640)
        try given.write("data/other", mode: 0o640)
        let linked = link(
            given.destination.appending("../outside").string,
            given.destination.appending("data/file").string)
        #expect(linked == 0)
        let before = TreeSnapshot(of: given.destination)
        let manifest = try #require(Manifest())
        try Manifest.tell(["data/file"], environment: ["PIERDAT_MANIFEST": manifest.path])

        #expect(
            try AttributeNormalizer(time: .fixed).apply(since: before, manifest: manifest) == nil)
        #expect(try given.look("../outside") == Look(mode: 0o640, isStamped: false))
        let mode = try #require(Permissions("0600"))
        let file = given.destination.appending("data/file")
        #expect(throws: LayerError.isShared("mode", file)) {
            try AttributeNormalizer(time: .fixed, mode: mode).apply(
                since: before, manifest: manifest)
        }
    }

    private struct Look: Equatable {
        let mode: mode_t
        /// True if the file has the fixed time.
        let isStamped: Bool
    }

    private final class Given {
        let folder: FilePath
        let destination: FilePath

        init() throws {
            folder = FilePath(FileManager.default.temporaryDirectory.path).appending(
                "pierdat-\(UUID().uuidString)")
            destination = folder.appending("destination")
            try FileManager.default.createDirectory(
                atPath: folder.string, withIntermediateDirectories: true)
        }

        deinit {
            try? FileManager.default.removeItem(atPath: folder.string)
        }

        private func path(_ name: String) -> FilePath { destination.pushing(FilePath(name)) }

        func write(_ name: String, mode: mode_t) throws {
            let path = path(name)
            // The folder before `..` must exist.
            for folder in [destination, path.removingLastComponent()] {
                try FileManager.default.createDirectory(
                    atPath: folder.string, withIntermediateDirectories: true)
            }
            try Data("data".utf8).write(to: URL(filePath: path.string))
            try set(name, mode: mode)
        }

        func set(_ name: String, mode: mode_t) throws {
            guard chmod(path(name).string, mode) == 0 else { throw Errno(rawValue: errno) }
        }

        /// When the inode was last changed.
        func changed(_ name: String) throws -> [Int] {
            var information = stat()
            guard lstat(path(name).string, &information) == 0 else { throw Errno(rawValue: errno) }
            return [information.st_ctim.tv_sec, information.st_ctim.tv_nsec]
        }

        func look(_ name: String) throws -> Look {
            var information = stat()
            guard lstat(path(name).string, &information) == 0 else { throw Errno(rawValue: errno) }
            return Look(
                mode: information.st_mode & 0o7777,
                isStamped: information.st_mtim.tv_sec == Int(LayerTime.fixed.seconds))
        }
    }
}
