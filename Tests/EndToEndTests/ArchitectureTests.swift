import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("docs/architecture.md")
struct ArchitectureTests {
    @Test("The picture has exactly the targets and dependencies of Package.swift")
    func pictureOfTargets() throws {
        let declared = try DeclaredTargets().dependencies
        #expect(declared.count > 10, "\(declared.keys.sorted())")
        #expect(declared["pierdat"]?.contains("Supervisor") == true, "\(declared)")
        let drawn = try Self.drawnTargets()
        #expect(Set(drawn.keys).union(drawn.values.joined()) == Set(declared.keys))
        for (target, dependencies) in declared {
            #expect(drawn[target, default: []] == dependencies, "\(target)")
        }
    }

    @Test("Each target imports or includes exactly the targets that Package.swift declares")
    func imports() throws {
        let declared = try DeclaredTargets().dependencies
        let headers = try Self.publicHeaders(of: declared.keys)
        for (target, dependencies) in declared {
            var used: Set<String> = []
            for file in try Package.files(below: "Sources/\(target)") {
                let text = try String(contentsOfFile: file.string, encoding: .utf8)
                for line in text.split(separator: "\n") {
                    if let name = line.wholeMatch(of: /(?:@?\w+ )*import (?:\w+ )?(\w+).*/)?.1 {
                        used.insert(String(name))
                    } else if let header = line.wholeMatch(of: /#include "([^"]+)".*/)?.1 {
                        let parts = header.split(separator: "/").map(String.init)
                        used.formUnion(
                            parts.count > 1 ? [parts[0]] : headers[parts[0], default: []])
                    }
                }
            }
            let others = used.intersection(declared.keys).subtracting([target])
            #expect(others == dependencies, "\(target)")
        }
    }

    @Test("The table of targets describes each of them")
    func table() throws {
        let section = try Self.section("Targets")
        let described = section.matches(of: /\n\| `(\w+)` \|/).map { String($0.1) }
        #expect(try described.sorted() == DeclaredTargets().dependencies.keys.sorted())
    }

    @Test("Each folder and file in the table of changes exists")
    func places() throws {
        let rows = try Self.section("Where to make a change")
            .matches(of: /\n\| [^|]+ \| ([^|]+) \|/)
        let places = rows.flatMap { $0.1.matches(of: /`([^`]+)`/).map { String($0.1) } }
        #expect(places.count > 30)
        for place in places {
            let path = Package.root.pushing(FilePath(place)).string
            #expect(FileManager.default.fileExists(atPath: path), "\(place)")
        }
    }

    /// The part of the page below the heading `name`.
    private static func section(_ name: String) throws -> String {
        let sections = try Package.text(of: "docs/architecture.md").components(separatedBy: "\n## ")
        return try #require(sections.first { $0.hasPrefix(name + "\n") })
    }

    /// The solid arrows of the picture. Dotted ones lead to libraries.
    private static func drawnTargets() throws -> [String: Set<String>] {
        var drawn: [String: Set<String>] = [:]
        for arrow in try section("Targets").matches(of: /\n {4}(\w+) --> ([\w& ]+)(?=\n)/) {
            let ends = arrow.2.split(separator: " & ").map(String.init)
            drawn[String(arrow.1), default: []].formUnion(ends)
        }
        return drawn
    }

    /// For each public header, by its file name, the targets that have it in `include`.
    private static func publicHeaders(
        of targets: some Sequence<String>
    ) throws -> [String: Set<String>] {
        var headers: [String: Set<String>] = [:]
        for target in targets {
            let folder = Package.root.pushing(FilePath("Sources/\(target)/include")).string
            guard FileManager.default.fileExists(atPath: folder) else { continue }
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                headers[name, default: []].insert(target)
            }
        }
        return headers
    }
}

/// The targets below Sources, as declared in Package.swift.
private struct DeclaredTargets {
    /// For each target, the targets of this package that it depends on.
    private(set) var dependencies: [String: Set<String>] = [:]

    init() throws {
        let manifest = try Package.text(of: "Package.swift")
        for kind in [".target(", ".executableTarget(", ".systemLibrary("] {
            for start in manifest.ranges(of: kind) {
                let declaration = Self.bracketed(manifest[start.upperBound...])
                // Targets with a path belong to tests, benchmarks or tools.
                guard let name = declaration.firstMatch(of: /name: "([^"]+)"/)?.1,
                    !declaration.contains("path: \"")
                else { continue }
                let list = declaration.firstRange(of: "dependencies: [").map {
                    Self.bracketed(declaration[$0.upperBound...])
                }
                let own = (list ?? "").replacing(/\.product\([^)]*\)/, with: "")
                dependencies[String(name)] = Set(own.matches(of: /"([^"]+)"/).map { String($0.1) })
            }
        }
    }

    /// The text up to the bracket that closes one before `text`.
    private static func bracketed(_ text: Substring) -> Substring {
        var depth = 1
        return text.prefix { character in
            if "([".contains(character) { depth += 1 }
            if ")]".contains(character) { depth -= 1 }
            return depth > 0
        }
    }
}
