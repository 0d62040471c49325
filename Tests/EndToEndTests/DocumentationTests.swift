import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("The documentation")
struct DocumentationTests {
    private static let pages =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "patches/README.md"]
        + ["examples/vm/README.md"] + docs

    private static var docs: [String] {
        let names = try? FileManager.default.contentsOfDirectory(
            atPath: Package.root.appending("docs").string)
        return (names ?? []).map { "docs/\($0)" }.sorted()
    }

    @Test("Each link to a file or a heading of this package leads to one", arguments: pages)
    func links(page: String) throws {
        let text = try Package.text(of: page)
        for link in text.matches(of: /\]\(([^)\s]+)\)/) where !link.1.contains("://") {
            let parts = link.1.split(
                separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let folder = FilePath(page).removingLastComponent()
            let target =
                parts[0].isEmpty
                ? FilePath(page) : folder.pushing(FilePath(String(parts[0]))).lexicallyNormalized()
            let path = Package.root.pushing(target).string
            guard FileManager.default.fileExists(atPath: path) else {
                Issue.record("\(page): there is no \(link.1)")
                continue
            }
            guard parts.count > 1 else { continue }
            let headings = try Self.headings(of: Package.text(of: target.string))
            #expect(headings.contains(String(parts[1])), "\(page): \(link.1)")
        }
    }

    @Test("The README links to each page of docs/")
    func index() throws {
        let readme = try Package.text(of: "README.md")
        #expect(Self.docs.count > 8)
        for page in Self.docs {
            #expect(readme.contains("\n- [\(page)](\(page)): "), "\(page)")
        }
    }

    @Test("The README's first screen has one Dockerfile and the two commands to begin with")
    func firstScreen() throws {
        let first = try Package.text(of: "README.md").components(separatedBy: "\n## ")[0]
        #expect(first.split(separator: "\n", omittingEmptySubsequences: false).count <= 36)
        #expect(first.contains("\n    make demo "))
        #expect(first.contains("\n    make test "))
        #expect(first.matches(of: /```dockerfile/).count == 1)
    }

    /// Anchors of the headings, as GitHub makes them.
    private static func headings(of text: String) -> Set<String> {
        Set(
            text.matches(of: /(?:^|\n)#+ ([^\n]+)/).map { heading in
                heading.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                    .replacing(" ", with: "-")
            })
    }

    @Test("docs/backends.md has a row for each backend, and says that the scripts decline a policy")
    func backends() throws {
        let rows = try Package.text(of: "docs/backends.md").split(separator: "\n").compactMap {
            line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let name = cells.first?.firstMatch(of: /^`([a-z0-9-]+)`/)?.1
            return name.flatMap { cells.count == 7 ? (name: String($0), policy: cells[5]) : nil }
        }
        let scripts = try Set(
            Package.files(below: "backends").filter { $0.lastComponent?.string == "check" }
                .compactMap { $0.removingLastComponent().lastComponent?.string })
        #expect(Set(rows.filter { $0.policy == "none: declines" }.map(\.name)) == scripts)
        #expect(
            rows.filter { $0.policy == "all" }.map(\.name)
                == ["bittorrent", "ipfs", "hf", "oci", "records", "http"])
        #expect(rows.count == scripts.count + 6)
    }
}
