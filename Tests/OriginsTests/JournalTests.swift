import Foundation
import PeerFixtures
import SystemPackage
import Testing

@testable import Origins

@Suite("Journal of a partial file")
struct JournalTests {
    private let folder: TemporaryFolder
    private var path: FilePath { folder.path.appending("journal") }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func version() -> Version {
        Version(.init(), size: 10)
    }

    @Test("A journal is read as it was written")
    func roundTrip() throws {
        let source = Journal.Source(
            key: "k", version: version(), ranges: RangeSet([Int64(1)..<3, 5..<10]))
        let journal = Journal(size: 10, sources: [source])
        journal.write(to: path)
        #expect(Journal(at: path) == journal)
        #expect(source.rangeList == [1..<3, 5..<10])
    }

    @Test(
        "A journal that is damaged or describes impossible ranges is ignored",
        arguments: [
            "", "{", "[]", "{\"size\":10}",
            "{\"size\":10,\"sources\":[{\"key\":\"k\",\"version\":{\"isDateStrong\":false},\"ranges\":[3]}]}",
            "{\"size\":10,\"sources\":[{\"key\":\"k\",\"version\":{\"isDateStrong\":false},\"ranges\":[5,3]}]}",
            "{\"size\":10,\"sources\":[{\"key\":\"k\",\"version\":{\"isDateStrong\":false},\"ranges\":[0,11]}]}",
            "{\"size\":10,\"sources\":[{\"key\":\"k\",\"version\":{\"isDateStrong\":false},\"ranges\":[-1,3]}]}",
            "{\"size\":-5,\"sources\":[]}",
        ])
    func damaged(text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path.string))
        #expect(Journal(at: path) == nil)
    }
}
