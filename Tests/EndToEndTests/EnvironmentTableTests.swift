import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("docs/environment.md")
struct EnvironmentTableTests {
    /// A row of a table of variables.
    struct Row {
        let variables: [String]
        let standard: String
        /// The programs that read it. Empty in the README's table.
        let readers: [String]
    }

    @Test("The page lists every variable that the sources and scripts read, once, and no other")
    func complete() throws {
        let listed = try rows(of: "docs/environment.md").flatMap(\.variables)
            .filter { $0.hasPrefix("PIERDAT_") }
        let documented = Set(listed)
        #expect(listed.count == documented.count, "\(listed)")
        var read: Set<String> = []
        for file in try Package.files(below: "Sources") where file.extension == "swift" {
            read.formUnion(
                try text(of: file).matches(of: /"(PIERDAT_[A-Z0-9_]+)"/).map { String($0.1) })
        }
        for folder in ["root", "backends"] {
            for file in try Package.files(below: folder) { read.formUnion(try variables(in: file)) }
        }
        #expect(!read.isEmpty)
        #expect(read.subtracting(documented) == [], "read, but not in docs/environment.md")
        #expect(documented.subtracting(read) == [], "in docs/environment.md, but nowhere read")
    }

    @Test(
        "The page names scripts as readers of exactly the variables that they read",
        arguments: [
            ("aria2c", ["aria2c", "backend.sh", "credentials"]),
            (
                "origins",
                [
                    "git-annex", "git-lfs", "kubo", "rclone", "rsync", "backend.sh", "git.sh",
                    "origin.sh",
                ]
            ),
        ])
    func scripts(reader: String, of files: [String]) throws {
        let scripts = try Package.files(below: "backends").filter { file in
            files.contains { file.string.contains("/backends/\($0)") }
        }
        #expect(scripts.count >= files.count)
        let read = try scripts.reduce(into: Set<String>()) { $0.formUnion(try variables(in: $1)) }
        let documented = try rows(of: "docs/environment.md")
            .filter { $0.readers.contains(reader) }.flatMap(\.variables)
        #expect(Set(documented) == read)
    }

    @Test("Each variable has at least one reader, and the page explains each reader")
    func readers() throws {
        let explained = try Package.text(of: "docs/environment.md")
            .matches(of: /\n- \*\*(\w+)\*\*:/).map { String($0.1) }
        #expect(explained.count == 6)
        for row in try rows(of: "docs/environment.md") {
            #expect(!row.readers.isEmpty, "\(row.variables)")
            #expect(Set(row.readers).isSubset(of: explained + ["publish", "seed"]), "\(row)")
        }
    }

    @Test("The README has ten of the variables, with the same defaults")
    func readme() throws {
        let all = try rows(of: "docs/environment.md")
        let few = try rows(of: "README.md")
        #expect(few.count == 10)
        for row in few {
            let same = all.first { $0.variables == row.variables }
            #expect(same?.standard == row.standard, "\(row.variables)")
        }
    }

    private func rows(of page: String) throws -> [Row] {
        try Package.text(of: page).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 5,
                cells[1].wholeMatch(of: /(`[A-Z0-9_]{5,}`(, )?)+/) != nil
            else { return nil }
            return Row(
                variables: cells[1].matches(of: /`([A-Z0-9_]+)`/).map { String($0.1) },
                standard: cells[2],
                readers: cells.count > 5 ? cells[4].components(separatedBy: ", ") : [])
        }
    }

    /// The variables that a script reads. Empty if the file is not a script.
    private func variables(in file: FilePath) throws -> Set<String> {
        guard let script = try? text(of: file), script.hasPrefix("#") else { return [] }
        return Set(script.matches(of: /\$\{?(PIERDAT_[A-Z0-9_]+)/).map { String($0.1) })
    }

    private func text(of file: FilePath) throws -> String {
        try String(contentsOfFile: file.string, encoding: .utf8)
    }
}
