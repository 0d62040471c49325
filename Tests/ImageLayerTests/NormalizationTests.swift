import Foundation
import ImageLayer
import SystemPackage
import Testing

@Suite("Normalization of a layer")
struct NormalizationTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test("The data gets the requested mode and the time of the layer")
    func data() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let layer = DataNormalization(time: .fixed, mode: Permissions("0600"))
        let watch = try layer.watch(path("data"))
        try write("data/file")

        #expect(try layer.finish(watch, isOfOneBackend: true) == [])

        #expect(try attributes("data/file") == Attributes(mode: 0o600, isStamped: true))
    }

    @Test("The seed list and the state get the time of the layer, and their folder does")
    func state() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("etc/hosts")
        let layer = StateNormalization(
            seedList: path("etc/pier.dat"), state: path("state"), time: .fixed)
        try write("etc/pier.dat")
        try write("state/torrent")

        #expect(try layer.finish() == [])

        for name in ["etc", "etc/pier.dat", "state", "state/torrent"] {
            #expect(try attributes(name).isStamped, "\(name)")
        }
        #expect(try !attributes("etc/hosts").isStamped)
    }

    private struct Attributes: Equatable {
        let mode: Int
        let isStamped: Bool
    }

    private func attributes(_ name: String) throws -> Attributes {
        let all = try FileManager.default.attributesOfItem(atPath: path(name).string)
        let time = try #require(all[.modificationDate] as? Date)
        return Attributes(
            mode: try #require(all[.posixPermissions] as? Int),
            isStamped: Int64(time.timeIntervalSince1970) == LayerTime.fixed.seconds)
    }

    private func path(_ name: String) -> FilePath { FilePath(folder.appending(path: name).path) }

    private func write(_ name: String) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("data".utf8).write(to: file)
    }
}
