import Foundation
import SystemPackage
import Testing

@testable import SeedList

@Suite struct SeedListFileTests {
    let folder = FilePath(NSTemporaryDirectory()).appending("pierdat-\(UUID().uuidString)")
    var file: SeedListFile { SeedListFile(folder.appending("etc/pier.dat")) }

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder.string, withIntermediateDirectories: true)
    }

    func text() throws -> String { try String(contentsOfFile: file.path.string, encoding: .utf8) }

    @Test("A missing list is empty, and appending creates it")
    func makesTheFile() throws {
        #expect(try file.read() == SeedList(parsing: ""))
        try file.append([SeedLine(program: "a", arguments: ["b c"])])
        #expect(try text() == "a 'b c'\n")
    }

    @Test("A line is not added twice, however it is quoted")
    func addsOnce() throws {
        try file.append([SeedLine(program: "x", arguments: [])])
        try "# mine\n\"a\" b".write(toFile: file.path.string, atomically: false, encoding: .utf8)
        let a = try SeedLine(program: "a", arguments: ["b"])
        let c = try SeedLine(program: "c", arguments: [])
        try file.append([a, c, c])
        #expect(try text() == "# mine\n\"a\" b\nc\n")
    }

    @Test("A list that cannot be written is reported")
    func reportsWhatFailed() throws {
        let inTheWay = folder.appending("file")
        try "".write(toFile: inTheWay.string, atomically: false, encoding: .utf8)
        let broken = SeedListFile(inTheWay.appending("pier.dat"))
        #expect(throws: SeedListError.cannotWrite(broken.path, .notDirectory)) {
            try broken.checkWritable()
        }
        #expect(throws: SeedListError.cannotWrite(broken.path, .notDirectory)) {
            try broken.append([SeedLine(program: "a", arguments: [])])
        }
    }

    @Test("Concurrent appends keep every line whole")
    func keepsConcurrentAppends() async throws {
        let file = file
        try file.checkWritable()
        try await withThrowingTaskGroup { group in
            for number in 0..<40 {
                group.addTask {
                    try file.append([SeedLine(program: "p", arguments: ["\(number % 20)"])])
                }
            }
            try await group.waitForAll()
        }
        let lines = try file.read().lines.map(\.text)
        #expect(Set(lines) == Set((0..<20).map { "p \($0)" }))
        #expect(try text().utf8.filter { $0 == 10 }.count == 20)
    }

    @Test("A line that a crash has cut short is completed, and nothing is lost")
    func completesCutLines() throws {
        try file.append([SeedLine(program: "x", arguments: [])])
        let lines = try ["other", "seed"].map { try SeedLine(program: $0, arguments: ["a b"]) }
        for cut in ["seed 'a", "seed 'a b'", "s"] {
            try "# mine\n\(cut)".write(toFile: file.path.string, atomically: false, encoding: .utf8)
            try file.append(lines)
            let text = try text()
            #expect(Set(try file.read().lines) == Set(lines), "\(text)")
            #expect(text.hasPrefix("# mine\nseed 'a b'\n") && text.hasSuffix("\n"), "\(text)")
        }
    }

    @Test("Zeros that a crash has left at the end are removed")
    func removesPadding() throws {
        try file.append([SeedLine(program: "x", arguments: [])])
        try "a\n\0\0\0\0".write(toFile: file.path.string, atomically: false, encoding: .utf8)
        try file.append([SeedLine(program: "b", arguments: [])])
        #expect(try text() == "a\nb\n")
    }

    @Test("Joined lists have all lines in order, equal ones once, with the numbers of their list")
    func joins() {
        let lists = ["a\nb", "'b'\nc\nd 'e"].map { SeedList(parsing: $0) }
        let joined = SeedList(joining: lists)
        #expect(joined.lines.map(\.program) == ["a", "b", "c"])
        #expect(joined.entries.map(\.lineNumber) == [1, 2, 2])
        #expect(joined.faults == lists[1].faults)
    }

    @Test("Faults have line numbers, and valid lines remain valid")
    func tellsFaults() {
        let list = SeedList(parsing: "a\nb 'c\n\n# d\ne")
        #expect(list.lines.map(\.program) == ["a", "e"])
        #expect(list.faults == [.init(lineNumber: 2, cause: .unclosedQuote("'"))])
    }

    @Test("A line that is not UTF-8 is a fault unless it is a comment")
    func encoding() {
        let list = SeedList(
            parsing: Array("a \u{FFFD}\n#".utf8) + [0xE9] + Array("\nb /".utf8) + [0xE9])
        #expect(list.lines.map(\.arguments) == [["\u{FFFD}"]])
        #expect(list.faults == [.init(lineNumber: 3, cause: .notUTF8)])
    }

    @Test("Paths that are not UTF-8 are rejected")
    func paths() {
        let latin1 = FilePath(platformString: [0x2F, CChar(bitPattern: 0xE9), 0])
        #expect(throws: SeedLineError.notUTF8) {
            try SeedLine(program: "a", paths: ["/b", latin1])
        }
    }
}
