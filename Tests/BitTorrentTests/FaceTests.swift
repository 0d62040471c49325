import CLibtorrent
import Foundation
import Testing

@Suite("The C interface of the engine")
struct FaceTests {
    @Test("An error that cannot be reported ends the process with a message and EX_OSERR")
    func ends() async {
        let ended = await #expect(
            processExitsWith: .exitCode(71), observing: [\.standardErrorContent]
        ) {
            // std::string throws for a null pointer.
            pierdat_network_look_up_only(nil)
        }
        let words = String(decoding: ended?.standardErrorContent ?? [], as: UTF8.self)
        #expect(words.contains("pierdat: cannot go on: "))
    }

    @Test("No function lets an exception through")
    func guarded() throws {
        let definitions = try ["CLibtorrent", "NetworkGuard"].flatMap(Self.files).flatMap {
            Self.definitions(in: try String(contentsOf: $0, encoding: .utf8))
        }
        #expect(definitions.count > 30)
        for (name, text) in definitions where !name.hasSuffix("_free") {
            let guards = [
                "guarded<", "unless_gone(", "} catch (...) {", "} catch (std::exception const &",
            ]
            #expect(guards.contains { text.contains($0) }, "\(name)")
        }
    }

    /// The C++ files of a target.
    private static func files(of target: String) -> [URL] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/\(target)")
        let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "cpp" }
    }

    /// The interface functions that a source file defines. Each starts and ends at the start of a
    /// line.
    private static func definitions(in source: String) -> [(name: String, text: String)] {
        var found: [(name: String, text: String)] = []
        var isInside = false
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            if let start = line.firstMatch(of: /^[a-z][a-z0-9_ ]* \*?(pierdat_[a-z0-9_]+)\(/) {
                found.append((String(start.1), ""))
                isInside = true
            }
            guard isInside, let last = found.indices.last else { continue }
            found[last].text += line + "\n"
            isInside = line != "}" && !(line.contains("{ ") && line.hasSuffix("}"))
        }
        return found
    }
}
