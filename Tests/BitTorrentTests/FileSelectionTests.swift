import Testing

@testable import BitTorrent

@Suite("File selection")
struct FileSelectionTests {
    private let files = [
        TorrentFile(path: "set/a", size: 1, isPadding: false, isWanted: true),
        TorrentFile(path: "set/.pad/1", size: 1, isPadding: true, isWanted: true),
        TorrentFile(path: "set/new\nline", size: 1, isPadding: false, isWanted: true),
    ]

    private func indexes(_ text: String) -> FileIndexes {
        var indexes = FileIndexes()
        _ = indexes.add(text)
        return indexes
    }

    @Test(
        "A link's 'so' selects the files with these indexes, but no padding",
        arguments: [
            ("0", [true, false, false]), ("0-2", [true, false, true]),
            ("2,7", [false, false, true]),
        ])
    func wanted(so: String, wanted: [Bool]) throws {
        let selection = FileSelection(indexes(so))
        #expect(try selection.wanted(of: files, in: "set") { _ in } == wanted)
    }

    @Test(
        "A link's 'so' that selects nothing is an error that lists the files",
        arguments: ["", "3", "1", "99-2147483647"])
    func nothing(so: String) {
        #expect {
            try FileSelection(indexes(so)).wanted(of: files, in: "set") { _ in }
        } throws: { error in
            guard case .invalid(let words)? = error as? TorrentError else { return false }
            return words.hasPrefix("so=\(so) in the magnet link selects no file")
                && words.hasSuffix(":\n  0: a\n  2: new line")
        }
    }

    @Test("An index beyond the last file is reported, and the other files are selected")
    func beyond() throws {
        var said: [String] = []
        _ = try FileSelection(indexes("0,5-9")).wanted(of: files, in: "set") { said.append($0) }
        #expect(
            said == [
                "warning: so=0,5-9 in the magnet link selects file 5, but the last file of the torrent is 2"
            ])
    }

    @Test("A pattern that matches nothing is an error that lists the files")
    func noMatch() throws {
        let selection = try #require(FileSelection("a\nb"))
        #expect(
            throws: TorrentError.invalid(
                "no file matches 'b'. The files are:\n  a\n  new line")
        ) {
            try selection.wanted(of: files, in: "set") { _ in }
        }
    }
}
