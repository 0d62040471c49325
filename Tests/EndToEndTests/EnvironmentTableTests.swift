import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("The README's table of environment variables")
struct EnvironmentTableTests {
    @Test("The table lists exactly the variables that the sources and scripts read")
    func complete() throws {
        let documented = Set(
            try Package.text(of: "README.md").matches(of: /\n\|[^|]*\|/).flatMap {
                $0.0.matches(of: /`(PIERDAT_[A-Z0-9_]+)`/).map { String($0.1) }
            })
        var read: Set<String> = []
        for file in try Package.files(below: "Sources") where file.extension == "swift" {
            read.formUnion(
                try text(of: file).matches(of: /"(PIERDAT_[A-Z0-9_]+)"/).map { String($0.1) })
        }
        for file in try Package.files(below: "root") where file.extension == nil {
            guard let script = try? text(of: file), script.hasPrefix("#!") else { continue }
            read.formUnion(
                script.matches(of: /\$\{?(PIERDAT_[A-Z0-9_]+)/).map { String($0.1) })
        }
        #expect(!read.isEmpty)
        #expect(read.subtracting(documented) == [], "read, but not in the README")
        #expect(documented.subtracting(read) == [], "in the README, but nowhere read")
    }

    private func text(of file: FilePath) throws -> String {
        try String(contentsOfFile: file.string, encoding: .utf8)
    }
}
