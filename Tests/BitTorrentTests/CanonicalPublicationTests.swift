import Foundation
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Canonical publication")
final class CanonicalPublicationTests {
    private let temporary: TemporaryFolder
    private var root: FilePath { temporary.path.appending("root") }

    init() throws {
        temporary = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: root.appending("folder").string, withIntermediateDirectories: true)
        try write("folder/file")
    }

    @Test("Trackers, web seeds, a comment and a date do not change the info-hashes")
    func outside() throws {
        var publication = Publication(canonical: root)
        let plain = try published(publication).summary
        publication.trackers = [try RemoteURL("udp://tracker.example:1/", schemes: .tracker)]
        publication.webSeeds = [try RemoteURL("http://web.example/", schemes: .web)]
        publication.comment = "words"
        publication.creationDate = 1
        #expect(try published(publication).summary == plain)
    }

    @Test("Executable files are as others, with a warning that names the first")
    func executables() throws {
        let plain = try published(Publication(canonical: root)).summary
        for name in ["folder/file", "other"] {
            try write(name)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: root.appending(name).string)
        }
        var lines: [String] = []
        let executable = try published(Publication(canonical: root)) { lines.append($0) }
        #expect(executable.files.map(\.path).contains("root/other"))
        #expect(
            lines == [
                "warning: root/folder/file and 1 more can be executed, which a canonical torrent does not record"
            ])
        try FileManager.default.removeItem(atPath: root.appending("other").string)
        #expect(try published(Publication(canonical: root)).summary == plain)
        #expect(try published(Publication(path: root)).summary != plain)
    }

    @Test("The torrent of a folder with files of the same content can be read again")
    func sameContent() throws {
        for name in ["folder/one", "folder/two"] {
            try Data(repeating: 1, count: 100_000).write(
                to: URL(filePath: root.appending(name).string))
        }
        let torrent = try published(Publication(canonical: root))
        let again = try TorrentParameters(torrent: torrent.encoded())
        #expect(again.summary == torrent.summary)
    }

    @Test("A symbolic link is rejected by name, even to a file in the folder")
    func link() throws {
        try FileManager.default.createSymbolicLink(
            atPath: root.appending("link").string, withDestinationPath: "folder/file")
        #expect { try published(Publication(canonical: root)) } throws: {
            "\($0)".hasPrefix("root/link is a symbolic link")
        }
    }

    @Test("The name of the padding folder is rejected at the top, and only there")
    func padding() throws {
        try FileManager.default.createDirectory(
            atPath: root.appending("folder/.pad").string, withIntermediateDirectories: true)
        try write("folder/.pad/1")
        _ = try published(Publication(canonical: root))
        try write(".pad")
        #expect { try published(Publication(canonical: root)) } throws: {
            "\($0)".hasPrefix("root/.pad: the name .pad is reserved")
        }
    }

    @Test(
        "A name that no file can have, or that is padding elsewhere, is rejected",
        arguments: [
            "", ".", "..", "/", "a/b", "a/\u{301}", "a/", "x\0y", "_____padding_file_0",
            String(repeating: "ü", count: 128),
        ])
    func names(name: String) throws {
        var publication = Publication(canonical: root)
        publication.name = name
        #expect(throws: TorrentError.self) { try self.published(publication) }
    }

    private func published(
        _ publication: Publication, say: (String) -> Void = { _ in }
    ) throws -> TorrentParameters {
        try publication.makeTorrent(progress: { _ in }, say: say)
    }

    private func write(_ name: String) throws {
        let path = root.pushing(FilePath(name)).string
        #expect(FileManager.default.createFile(atPath: path, contents: Data("data".utf8)))
    }
}
