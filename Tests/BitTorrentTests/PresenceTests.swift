import Foundation
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Presence of a torrent's files")
struct PresenceTests {
    private let temporary: TemporaryFolder
    private let parameters: TorrentParameters

    init() throws {
        temporary = try TemporaryFolder()
        try SampleTorrent.write(to: temporary.url)
        parameters = try TorrentParameters(torrent: SampleTorrent.bytes)
    }

    private var presence: Presence { parameters.presence(in: temporary.path) }

    private func file(_ name: String) -> URL { temporary.url.appending(path: "data set/\(name)") }

    @Test("Complete files are found, and their signature is stable")
    func complete() {
        let first = presence
        #expect(first.isComplete && !first.isEmpty && first.complaint == nil)
        #expect(first.fileCount == 3)
        #expect(presence == first)
    }

    @Test("The first missing file is named, even if it is empty")
    func missing() throws {
        let before = presence
        try FileManager.default.removeItem(at: file("empty"))
        let after = presence
        #expect(after.absentFileCount == 1 && !after.isComplete && !after.isEmpty)
        #expect(after.complaint?.contains("data set/empty: No such file or directory") == true)
        #expect(after.signature != before.signature)
    }

    @Test("Another folder contains none of the files")
    func elsewhere() throws {
        let other = try temporary.make("other")
        let presence = parameters.presence(in: FilePath(other.path))
        #expect(presence.isEmpty && presence.absentFileCount == 3)
    }

    @Test("A file that is too short or not a regular file is detected")
    func odd() throws {
        try Data(count: 100).write(to: file("a file.txt"))
        #expect(presence.complaint?.contains("a file.txt: it is too short") == true)
        try FileManager.default.removeItem(at: file("a file.txt"))
        try FileManager.default.createDirectory(
            at: file("a file.txt"), withIntermediateDirectories: false)
        #expect(presence.complaint?.contains("a file.txt: Is a directory") == true)
        try FileManager.default.removeItem(at: file("a file.txt"))
        try #require(mkfifo(file("a file.txt").path, 0o600) == 0)
        #expect(presence.complaint?.contains("a file.txt: it is not a regular file") == true)
    }

    @Test("A file that is longer than in the torrent is there, but the data is not complete")
    func longer() throws {
        let contents = try Data(contentsOf: file("a file.txt"))
        try (contents + Data("more".utf8)).write(to: file("a file.txt"))
        #expect(!presence.isComplete && !presence.isEmpty)
        #expect(presence.absentFileCount == 0 && presence.longFileCount == 1)
        #expect(
            presence.complaint?.contains("a file.txt: it is longer than in the torrent") == true)
    }

    @Test("A file written to, replaced or touched is detected even if its size is unchanged")
    func changed() throws {
        var seen = [presence.signature]
        let name = file("a file.txt")
        let contents = try Data(contentsOf: name)
        try contents.write(to: name, options: .atomic)
        seen.append(presence.signature)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: name.path)
        seen.append(presence.signature)
        #expect(Set(seen).count == 3)
        #expect(presence.isComplete)
    }

    @Test("Files that are not selected are ignored")
    func selection() throws {
        parameters.select([true, false, false])
        try FileManager.default.removeItem(at: file("nested"))
        #expect(presence.isComplete && presence.fileCount == 1)
    }
}
