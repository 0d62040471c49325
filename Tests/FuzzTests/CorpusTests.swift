import Foundation
import FuzzTargets
import Testing

@Suite("Every parser")
struct CorpusTests {
    @Test(
        "keeps its promises for every input of the corpus, those that once broke them included",
        arguments: FuzzTarget.all.map(\.name))
    func keepsItsPromises(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fuzz/corpus/\(name)")
        let inputs = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.lastPathComponent)") {
                try target.run(Array(Data(contentsOf: input)))
            }
        }
    }

    @Test("has a folder in the corpus, and no folder is anyone else's")
    func complete() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fuzz/corpus")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == Set(FuzzTarget.all.map(\.name)))
    }
}
