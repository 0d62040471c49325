import Foundation
import FuzzTargets
import Testing

@Suite("Fuzz corpus")
struct CorpusTests {
    @Test(
        "Every parser keeps its promises for every input in the corpus",
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

    @Test("Every parser has a folder in the corpus, and there are no other folders")
    func complete() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fuzz/corpus")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == Set(FuzzTarget.all.map(\.name)))
    }
}
