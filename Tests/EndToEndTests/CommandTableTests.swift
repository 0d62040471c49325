import Foundation
import PeerFixtures
import Testing

@Suite("docs/commands.md")
struct CommandTableTests {
    struct Command: Sendable, CustomTestStringConvertible {
        let program: String
        var words: [String] = []
        /// The words of another command that the same section describes.
        var partner: [String]?
        /// The beginning of its heading.
        let heading: String
        var testDescription: String { ([program] + words).joined(separator: " ") }
    }

    @Test(
        "The page lists exactly the options that --help lists",
        arguments: [
            Command(program: "pierdat", words: ["get"], heading: "`pierdat URI"),
            Command(program: "pierdat", words: ["publish"], heading: "`pierdat publish"),
            Command(program: "pierdat", words: ["seed"], heading: "`pierdat seed"),
            Command(
                program: "pierdat", words: ["status"], partner: ["health"],
                heading: "`pierdat status`"),
            Command(program: "pierdat", words: ["test-backend"], heading: "`pierdat test-backend"),
            Command(program: "pierdatd", heading: "`pierdatd"),
        ])
    func options(command: Command) async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        var listed: Set<String> = []
        for words in [command.words] + [command.partner].compactMap(\.self) {
            var run = overlay.command(command.program)
            run.arguments = words + ["--help"]
            let ended = try await run.run()
            #expect(ended.status == .exited(0), "\(ended)")
            let options = ended.output.matches(of: /\n {2}(-\w, )?--([a-z0-9-]+)/)
                .map { String($0.2) }
            #expect(options.contains("help"), "\(ended)")
            listed.formUnion(options)
        }
        let told = listed.subtracting(["help", "version"])

        let sections = try Package.text(of: "docs/commands.md").components(separatedBy: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix(command.heading) })
        let documented = Set(section.matches(of: /\n\| `--([a-z0-9-]+)/).map { String($0.1) })
        #expect(told == documented)
    }
}
