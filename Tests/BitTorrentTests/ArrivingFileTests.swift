import Foundation
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("A file that is hashed while it arrives")
final class ArrivingFileTests {
    private let temporary: TemporaryFolder
    /// More pieces than libtorrent hashes at once.
    private let size = 3_000_003
    private let contents: Data

    init() throws {
        temporary = try TemporaryFolder()
        contents = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 / 251) })
    }

    private var whole: FilePath { temporary.path.appending("data.bin") }
    private var partial: FilePath { temporary.path.appending(".data.bin.part") }
    private var publication: Publication {
        var publication = Publication(canonical: partial)
        publication.name = "data.bin"
        return publication
    }

    @Test("No byte is read before it has arrived, and the torrent is that of the complete file")
    func growing() throws {
        let arriving = try Arriving(contents, at: partial)
        // What has not arrived yet has other bytes, as in a file that is written in ranges.
        try Data(repeating: 0xFF, count: size).write(to: URL(filePath: partial.string))
        let made = try publication.makeTorrent(
            of: ArrivingFile(size: Int64(size)) { arriving.extend(to: $0) })
        try contents.write(to: URL(filePath: whole.string))
        let expected = try Publication(canonical: whole).makeTorrent(
            progress: { _ in }, say: { _ in })
        let torrent = try #require(made)
        #expect(torrent.summary == expected.summary)
        #expect(try torrent.encoded() == expected.encoded())
        #expect(arriving.ends.last == Int64(size))
        #expect(arriving.ends == arriving.ends.sorted())
    }

    @Test("The file may appear only with its first bytes")
    func appearing() throws {
        let arriving = try Arriving(contents, at: partial)
        #expect(!FileManager.default.fileExists(atPath: partial.string))
        var fractions: [Double] = []
        let made = try publication.makeTorrent(
            of: ArrivingFile(size: Int64(size)) { arriving.extend(to: $0) },
            progress: { fractions.append($0) })
        #expect(made != nil)
        #expect(fractions.last == 1 && fractions == fractions.sorted())
    }

    @Test("A cancellation ends the hashing without a torrent", arguments: [0, 1, 64, 65, 150])
    func cancelled(after pieces: Int) throws {
        let arriving = try Arriving(contents, at: partial)
        let made = try publication.makeTorrent(
            of: ArrivingFile(size: Int64(size)) {
                arriving.ends.count < pieces && arriving.extend(to: $0)
            })
        #expect(made == nil)
        #expect(arriving.ends.count == pieces)
    }

    @Test("A file that is shorter than it was said to be is an error")
    func short() throws {
        try contents.write(to: URL(filePath: partial.string))
        #expect(throws: TorrentError.self) {
            try self.publication.makeTorrent(
                of: ArrivingFile(size: Int64(self.size) + 1) { _ in true })
        }
    }

    /// Writes a file from its beginning, as far as it is asked to.
    private final class Arriving {
        private let contents: Data
        private let path: FilePath
        private(set) var ends: [Int64] = []

        init(_ contents: Data, at path: FilePath) throws {
            self.contents = contents
            self.path = path
        }

        func extend(to end: Int64) -> Bool {
            let start = ends.last ?? 0
            ends.append(end)
            let part = contents[Int(start)..<Int(end)]
            do {
                let file = try FileDescriptor.open(
                    path, .writeOnly, options: .create, permissions: .ownerReadWrite)
                try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: start, part) }
                return true
            } catch {
                Issue.record(error)
                return false
            }
        }
    }
}
