import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Progress is told", .timeLimit(.minutes(3)))
struct ProgressTests {
    @Test("on a terminal by one line that stays in place and tells all there is to know")
    func inPlace() async throws {
        let given = try await Arrangement()
        try await given.slowly(at: 100) { screen in
            let first = try await screen.shows { $0.first?.contains("of data") == true }
            let later = try await screen.shows { $0 != first && $0 != [] }
            for lines in [first, later] {
                #expect(lines.count == 1, "\(lines)")
                let line = try #require(lines.first)
                let whole =
                    /\d+% of data: [\d.]+ [KM]?i?B of 976.6 KiB, [\d.]+ [KM]?i?B\/s(, [\dhms]+ left)?, 1 peer, 1 seed/
                #expect(line.wholeMatch(of: whole) != nil, "\(line)")
            }
        }
    }

    @Test("on a narrow terminal by less of it, never more than a line, and more when it gets wider")
    func resized() async throws {
        let given = try await Arrangement()
        try await given.slowly(at: 50) { screen in
            let narrow = try await screen.shows { $0.first?.hasSuffix("B/s") == true }
            #expect(narrow.count == 1 && narrow.allSatisfy { $0.count < 50 }, "\(narrow)")
            try await screen.resize(columns: 20)
            // What was there is wrapped by the terminal, what comes is not.
            let less = try await screen.shows { lines in
                lines.contains { $0.wholeMatch(of: /\d+% of data: .*/) != nil && $0.count < 20 }
            }
            #expect(less.count <= 3, "\(less)")
            try await screen.resize(columns: 100)
            try await screen.shows { $0.last?.hasSuffix("1 peer, 1 seed") == true }
        }
    }

    @Test("on a terminal by a line that is gone at the end, where the totals are")
    func end() async throws {
        let given = try await Arrangement()
        let lines = try await given.slowly(at: 100, limit: "300k") { screen in
            try await screen.shows { $0.first?.contains("of data") == true }
            #expect(try await screen.end() == 0)
            return try await screen.lines
        }
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.hasPrefix("pierdat: done: 976.6 KiB verified, ") == true, "\(lines)")
    }

    @Test("on a terminal by a line that is gone when the get is interrupted")
    func interrupted() async throws {
        let given = try await Arrangement()
        let lines = try await given.slowly(at: 100) { screen in
            try await screen.shows { $0.first?.contains("of data") == true }
            try await screen.press("C-c")
            #expect(try await screen.end() == 128 + SIGINT)
            return try await screen.lines
        }
        #expect(!lines.contains { $0.contains("of data") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("pierdat: interrupted. ") }, "\(lines)")
    }

    @Test("on a terminal that stops whoever writes to it from behind")
    func stopping() async throws {
        let given = try await Arrangement()
        let lines = try await given.slowly(at: 100, limit: "300k", setup: "stty tostop") {
            #expect(try await $0.end() == 0)
            return try await $0.lines
        }
        #expect(lines.last?.hasPrefix("pierdat: done: 976.6 KiB verified, ") == true, "\(lines)")
    }

    @Test("in the log of a build by a plain line every few seconds, the last one with the totals")
    func log() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        var overlay = given.overlay
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "60k"
        let ended = try await origin.seeding(given.torrent, in: given.data.folder) {
            [overlay] seed in
            try await overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(!ended.errors.contains("\r") && !ended.errors.contains("\u{1B}"), "\(ended)")
        let lines = ended.errors.split(separator: "\n")
        let progress = lines.filter { $0.hasPrefix("pierdat: ") && $0.contains("% of data: ") }
        #expect(progress.count >= 2, "\(ended)")
        #expect(Set(progress).count == progress.count, "\(ended)")
        let totals =
            /pierdat: done: 976.6 KiB verified, \d.* received in \d+s \([\d.]+ [KM]iB\/s\)/
        #expect(lines.last?.wholeMatch(of: totals) != nil, "\(ended)")
    }
}

extension Arrangement {
    /// Gets the data at a terminal of this width, after the shell has run `setup`, at so many bytes a second, while `body` runs.
    fileprivate func slowly<Value: Sendable>(
        at columns: Int, limit: String = "60k", setup: String = ":",
        _ body: @Sendable (Screen) async throws -> Value
    ) async throws -> Value {
        let origin = try Overlay(folder.path.appending("origin overlay"))
        var overlay = overlay
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = limit
        return try await origin.seeding(torrent, in: data.folder) { [overlay] seed in
            let command = overlay.command(
                "pierdat", torrent.magnet("x.pe=\(seed.address)"), destination.string
            ).started(by: "/bin/sh", ["-ec", setup + #"; exec "$@""#, "sh"])
            return try await Screen.showing(command, columns: columns, state: folder.path, body)
        }
    }
}
