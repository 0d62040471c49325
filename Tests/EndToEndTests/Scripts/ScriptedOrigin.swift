import Foundation
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

/// The usual starting point of a test of a backend that is a script: a file and a folder at an origin, and a fresh
/// overlay without them.
struct ScriptedOrigin: Sendable {
    static let file = "model.bin"
    /// A name that a shell would interpret.
    static let hostile = "it's $(touch oops) & \"more\" -x"

    let folder: TemporaryFolder
    /// Contains a folder that the server publishes.
    let origin: FilePath
    let published: FilePath
    let data: DataSet
    let contents: Data
    var overlay: Overlay
    /// Does not exist yet.
    let destination: FilePath

    init(bytes: Int = 3_000_001) throws {
        folder = try TemporaryFolder()
        origin = try folder.make("origin")
        published = origin.appending("bucket")
        data = try DataSet(in: published)
        contents = FileAtOrigin.data(bytes, seed: 7)
        try contents.write(to: URL(filePath: published.appending(Self.file).string))
        overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment["HOME"] = folder.path.string
        destination = folder.path.appending("destination")
    }

    /// The same with a fresh overlay and destination.
    func another(_ name: String) throws -> ScriptedOrigin { try ScriptedOrigin(self, name) }

    private init(_ given: ScriptedOrigin, _ name: String) throws {
        folder = given.folder
        (origin, published) = (given.origin, given.published)
        (data, contents) = (given.data, given.contents)
        overlay = try Overlay(folder.path.appending("\(name) overlay"))
        overlay.environment = given.overlay.environment
        destination = folder.path.appending("\(name) destination")
    }

    var pin: String { "#sha256=\(FileAtOrigin.digest(of: contents).hex)" }

    func get(_ arguments: String...) async throws -> Ended {
        try await overlay.pierdat(arguments + [destination.string])
    }

    /// The contents of a file in the destination. nil if it is not there.
    func arrived(_ name: String = Self.file) -> Data? {
        try? Data(contentsOf: URL(filePath: destination.appending(name).string))
    }

    /// The names in the destination.
    var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: destination.string))?.sorted() ?? []
    }

    /// The size of what has arrived of the file before it is complete.
    var partialSize: Int {
        let below = (try? FileManager.default.subpathsOfDirectory(atPath: destination.string)) ?? []
        return below.filter { $0.hasPrefix(".pierdat-") && $0.contains("data/") }.map { name in
            let path = destination.pushing(FilePath(name)).string
            let values = try? FileManager.default.attributesOfItem(atPath: path)
            guard values?[.type] as? FileAttributeType == .typeRegular else { return 0 }
            return values?[.size] as? Int ?? 0
        }.max() ?? 0
    }

    /// Writes SHA256SUMS of all files into a folder, and returns its digest.
    static func writeSums(in folder: FilePath) throws -> String {
        var lines = ""
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.string).sorted() {
            guard let contents = try? Data(contentsOf: URL(filePath: "\(folder)/\(name)")) else {
                continue
            }
            // As "sha256sum folder//*" writes them.
            let path = name.replacing("/", with: "//")
            lines += "\(FileAtOrigin.digest(of: contents).hex)  \(path)\n"
        }
        let sums = Data(lines.utf8)
        try sums.write(to: URL(filePath: folder.appending("SHA256SUMS").string))
        return FileAtOrigin.digest(of: sums).hex
    }

    /// The link by which others get the data, as printed.
    static func magnet(in ended: Ended) throws -> String {
        let match = try #require(ended.errors.firstMatch(of: /'(magnet:[^']+)'/), "\(ended)")
        return String(match.1)
    }

    /// Starts `pierdatd` of this overlay, and downloads from it with a fresh one named `name` by `uri`.
    func seedToAnother(_ uri: String, _ name: String = "other") async throws -> ScriptedOrigin {
        let other = try another(name)
        let port = try FreePort.any()
        var seeding = overlay
        seeding.environment["PIERDAT_PORT"] = String(port)
        try await RunningProcess.with(seeding.command("pierdatd")) { process in
            _ = try await process.line(containing: "listening on port \(port)")
            var leeching = other.overlay
            leeching.environment["PIERDAT_PEERS"] = "127.0.0.1:\(port)"
            let ended = try await leeching.pierdat(uri, other.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        return other
    }

    /// What the state folder, the seed list and the destination contain, as one text.
    func everythingRecorded() throws -> String {
        var text = try String(decoding: overlay.seedListContents, as: UTF8.self)
        for folder in [overlay.prefix.appending("var"), destination] {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.string)) ?? []
            for name in names {
                let file = URL(filePath: folder.pushing(FilePath(name)).string)
                text +=
                    name + String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
            }
        }
        return text
    }
}
