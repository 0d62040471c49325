import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Patches to libtorrent")
struct PatchTests {
    private let series: [String]

    init() throws {
        series = try Package.text(of: "patches/series").split(separator: "\n")
            .map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test("The series lists each patch of the folder once")
    func complete() throws {
        let patches = try Package.files(below: "patches").filter { $0.extension == "patch" }
            .compactMap { $0.lastComponent?.string }
        #expect(!patches.isEmpty)
        #expect(series.sorted() == patches.sorted())
    }

    @Test("Each patch has the DEP-3 fields in front of its first hunk")
    func headers() throws {
        for name in series {
            let header = try Package.text(of: "patches/\(name)").prefix(upTo: "\n--- a/")
            for field in [
                #"Description: .+\n( .+\n)+"#, #"\nOrigin: (vendor|upstream|backport|other)"#,
                #"\nForwarded: (no|not-needed|https:.+)\n"#, #"\nLast-Update: \d{4}-\d\d-\d\d\n"#,
            ] {
                #expect(
                    header.range(of: field, options: .regularExpression) != nil,
                    "\(name) has no \(field):\n\(header)")
            }
        }
    }

    @Test("The README says why each patch exists and names an existing test")
    func explained() throws {
        let rows = try Package.text(of: "patches/README.md").matches(
            of: /\n\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|(?=\n)/)
        #expect(rows.map { "\($0.1).patch" } == series)
        for row in rows {
            for test in row.3.matches(of: /`([A-Za-z0-9\/]+Tests)`/) {
                let file = "Tests/EndToEndTests/\(test.1).swift"
                #expect(throws: Never.self, "\(row.1): \(file)") { _ = try Package.text(of: file) }
            }
        }
    }
}

extension String {
    /// The part before the first occurrence of `mark`, or everything if there is none.
    fileprivate func prefix(upTo mark: String) -> Substring {
        range(of: mark).map { self[..<$0.lowerBound] } ?? self[...]
    }
}
